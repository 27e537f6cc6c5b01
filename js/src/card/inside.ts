/** The runs inside this one, in words. */

import { number } from "../format";
import { numberIn } from "../state";
import type { Bar, Inside } from "./state";

/** "run 12 of 50 · tidal-heron · 2 broke off"; how many there will be, the outermost loop knows. */
export function insideInWords(inside: Inside, bars: Bar[]): string {
  const begun = inside.ended + inside.open;
  const total = numberIn(bars[0]?.total) ?? 0;
  const of = total >= begun ? ` of ${number(total)}` : "";
  const broken = inside.broken ? `${number(inside.broken)} broke off` : "";
  return [`run ${number(begun)}${of}`, inside.now, broken].filter(Boolean).join(" · ");
}
