/** What is written beside the pointer. */

import { fill, h } from "../dom";
import { line } from "../format";

const ROWS = 14;

export class Tip {
  readonly element = h("div", { class: "sd-tip", hidden: true, role: "tooltip" });

  /** Shows a title and rows of a name and a value at a place in the window. */
  show(x: number, y: number, title: string, rows: [string, string][]): void {
    const shown = rows
      .slice(0, ROWS)
      .map(([name, value]) =>
        h(
          "div",
          {},
          h("span", { class: "sd-faint" }, line(name, 28)),
          h("span", {}, line(value, 36)),
        ),
      );
    const more = rows.length > ROWS ? `… and ${rows.length - ROWS} more` : "";
    fill(this.element, h("b", {}, line(title, 48)), ...shown, more);
    this.element.hidden = false;
    this.move(x, y);
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Beside the pointer, but within the panel. */
  private move(x: number, y: number): void {
    const around = (this.element.offsetParent ?? document.body).getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const right = x - around.left + 14;
    const left = right + width > around.width ? x - around.left - width - 14 : right;
    const top = Math.min(y - around.top + 14, around.height - height);
    this.element.style.left = `${Math.max(0, left)}px`;
    this.element.style.top = `${Math.max(0, top)}px`;
  }
}
