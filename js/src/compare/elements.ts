/** The elements that the plots are made of. */

import { h } from "../dom";

type Child = Parameters<typeof h>[2];

export const div = (name: string, ...children: Child[]): HTMLElement =>
  h("div", { class: name }, ...children);

export const span = (name: string, ...children: Child[]): HTMLElement =>
  h("span", { class: name }, ...children);

export function button(
  text: string,
  title: string,
  onclick: () => void,
  name = "",
): HTMLButtonElement {
  return h("button", { type: "button", class: name, title, onclick }, text);
}
