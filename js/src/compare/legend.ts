/** Which colour means what. */

import { fill, h } from "../dom";
import { line } from "../format";
import { type Colouring, DISTINCT } from "./colouring";
import { span } from "./elements";

/** Shows the colours of an axis in an element. */
export function showLegend(element: HTMLElement, { by, inks, bins }: Colouring): void {
  const shades = inks.map(({ css }) => css);
  const grey = shades.pop() ?? "";
  const none = bins.includes(shades.length) && swatch(`background:${grey}`, "none");
  if (!by) fill(element);
  else if (by.categories && by.categories.length <= DISTINCT) {
    const each = by.categories.map((text, i) => swatch(`background:${shades[i]}`, text));
    fill(element, named(by.label), ...each, none);
  } else if (Number.isNaN(by.valueAt(0))) fill(element, named(by.label), none);
  else {
    const [low, high] = [by.format(by.valueAt(0)), by.format(by.valueAt(1))];
    fill(element, ...bar(by.label, shades, low, high), none);
  }
}

function named(text: string): HTMLElement {
  return span("sd-faint", line(text, 28));
}

/** A colour, as a style, and what it stands for. */
export function swatch(style: string, text: string): HTMLElement {
  return h("span", { class: "sd-swatch", title: text }, h("i", { style }), line(text, 28) || "''");
}

/** A bar of colours between the values at its ends. */
export function bar(label: string, colours: string[], low: string, high: string): HTMLElement[] {
  const steps = colours.filter((_, i) => i % 8 === 0 || i === colours.length - 1);
  const ramp = h("i", { class: "sd-ramp", style: `background:linear-gradient(90deg,${steps})` });
  return [named(label), span("", line(low, 24)), ramp, span("", line(high, 24))];
}
