/** What is written beside the pointer. */

import { fill, h } from "../dom";
import { line } from "../format";
import { div, span } from "./elements";

const ROWS = 14;

/** A title, and rows of a name and a value. */
export type Telling = [title: string, rows: [string, string][]];

export interface Tip {
  element: HTMLElement;
  /** Shows it at a place in the window. */
  show(x: number, y: number, telling: Telling): void;
  hide(): void;
}

export function newTip(): Tip {
  const element = h("div", { class: "sd-tip", "aria-live": "polite", hidden: true });
  return {
    element,
    show(x, y, [title, rows]) {
      const shown = rows
        .slice(0, ROWS)
        .map(([name, value]) =>
          div("", span("sd-faint", line(name, 28)), span("", line(value, 36))),
        );
      const more = rows.length - ROWS;
      fill(element, div("", line(title, 48)), ...shown, more > 0 && `… and ${more} more`);
      element.hidden = false;
      move(element, x, y);
    },
    hide() {
      element.hidden = true;
    },
  };
}

/** Beside the pointer, but within the panel. */
function move(element: HTMLElement, x: number, y: number): void {
  const around = (element.offsetParent ?? document.body).getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height, style } = element;
  const right = x - around.left + 14;
  style.left = `${Math.max(0, right + width > around.width ? right - width - 28 : right)}px`;
  style.top = `${Math.max(0, Math.min(y - around.top + 14, around.height - height))}px`;
}
