/** A box to edit a text in, over the cell it stands in. */

import { h } from "../dom";

/** Lets a text be edited: Enter keeps what was typed, Escape what was there. */
export function editText(
  body: HTMLElement,
  cell: HTMLElement,
  label: string,
  text: string,
  keep: (text: string) => void,
): Promise<void> {
  const input = h("input", { type: "text", class: "sd-editor", value: text, "aria-label": label });
  const [from, to] = [body.getBoundingClientRect(), cell.getBoundingClientRect()];
  const width = Math.max(160, to.width);
  input.style.cssText = `left:${to.left - from.left}px;top:${to.top - from.top}px;width:${width}px`;
  body.append(input);
  input.focus({ preventScroll: true });
  input.select();
  return new Promise((done) => {
    let ended = false; // to be taken away is to lose the focus
    const end = (kept: boolean): void => {
      if (ended) return;
      ended = true;
      const typed = input.value.trim();
      input.remove();
      if (kept && typed !== text) keep(typed);
      done();
    };
    input.addEventListener("blur", () => end(true));
    input.addEventListener("keydown", (e) => {
      e.stopPropagation();
      if (e.key === "Enter" || e.key === "Escape") end(e.key === "Enter");
    });
  });
}
