/** A colour for each run, by its value on an axis. */

import { category, rampRgb } from "../colours";
import { rgb } from "../theme";
import { type Ink, ink } from "./layer";
import type { Placed } from "./ruler";
import { PLACED } from "./runs";

const SHADES = 64;
const GREY = SHADES;
export const DISTINCT = 8; // categories with a colour of their own; more are shades, in their order

export interface Colouring {
  by: Placed | undefined;
  /** For each run, its place in `inks`. */
  bins: Uint8Array;
  inks: Ink[];
  /** The runs in the order to draw them: colour by colour, the better ones on top. */
  order: Uint32Array;
}

export function colouring(by: Placed | undefined, count: number, dark: boolean): Colouring {
  const distinct = (by?.categories?.length ?? DISTINCT + 1) <= DISTINCT;
  const shade = (i: number): Ink =>
    ink(distinct ? rgb(category(i)) : rampRgb((i + 0.5) / SHADES, dark));
  const inks = Array.from({ length: SHADES }, (_, i) => shade(i));
  inks.push(ink(by ? [140, 140, 140] : rgb(category(0))));
  const bins = new Uint8Array(count).fill(GREY);
  if (by) {
    const step = distinct ? (by.categories as string[]).length : SHADES;
    for (let i = 0; i < count; i++)
      if (by.odd[i] === PLACED)
        bins[i] = Math.min(step - 1, Math.floor((by.places[i] as number) * step));
  }
  return { by, bins, inks, order: ordered(bins, by?.axis.better === "less") };
}

function ordered(bins: Uint8Array, reversed: boolean): Uint32Array {
  const rank = (bin: number): number => (bin === GREY ? 0 : reversed ? SHADES - bin : bin + 1);
  const starts = new Uint32Array(SHADES + 2);
  for (const bin of bins) (starts[rank(bin) + 1] as number)++;
  for (let i = 1; i < starts.length; i++) (starts[i] as number) += starts[i - 1] as number;
  const order = new Uint32Array(bins.length);
  bins.forEach((bin, i) => {
    order[(starts[rank(bin)] as number)++] = i;
  });
  return order;
}
