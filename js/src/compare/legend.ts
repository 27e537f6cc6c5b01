/** Which colour means what. */

import { fill, h } from "../dom";
import { line } from "../format";
import { type Colouring, DISTINCT } from "./colouring";

/** Shows the colours of an axis in an element. */
export function showLegend(element: HTMLElement, { by, inks, bins }: Colouring): void {
  const grey = bins.includes(inks.length - 1) ? swatch(inks.at(-1)?.css ?? "", "none") : null;
  const shades = inks.slice(0, -1).map(({ css }) => css);
  const name = h("span", { class: "sd-faint" }, line(by?.label ?? "", 28));
  if (!by) fill(element);
  else if (by.categories && by.categories.length <= DISTINCT)
    fill(element, name, ...by.categories.map((text, i) => swatch(shades[i] ?? "", text)), grey);
  else fill(element, name, ...bar(shades, ...ends(by)), grey);
}

function ends(by: NonNullable<Colouring["by"]>): [string, string] {
  if (by.categories) return [by.categories[0] ?? "", by.categories.at(-1) ?? ""];
  const format = by.format;
  return [format(by.valueAt(0)), format(by.valueAt(1))];
}

/** A colour and what it stands for. */
export function swatch(colour: string, text: string): HTMLElement {
  const mark = h("i", { style: `background:${colour}` });
  return h("span", { class: "sd-swatch", title: text }, mark, line(text, 24) || "''");
}

/** A bar of colours between the values at its ends. */
export function bar(colours: string[], low: string, high: string): HTMLElement[] {
  const steps = colours.filter((_, i) => i % 8 === 0 || i === colours.length - 1);
  const ramp = h("i", { class: "sd-ramp", style: `background:linear-gradient(90deg,${steps})` });
  return [h("span", {}, line(low, 24)), ramp, h("span", {}, line(high, 24))];
}
