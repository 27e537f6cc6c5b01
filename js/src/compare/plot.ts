/** A plot of two axes: its frame, marks and layers, and where things lie in it. */

import { fill, h } from "../dom";
import { line } from "../format";
import type { Comparison } from "./comparison";
import { div } from "./elements";
import { Layer } from "./layer";
import type { Mark, Ruler } from "./ruler";

const INSET = 8; // pixels between the frame and the outermost points
const LINE = 15; // pixels of a line of marks
const LETTER = 6.4;

export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

export class Plot {
  readonly ground = new Layer();
  readonly under = new Layer();
  readonly all = new Layer();
  readonly chosen = new Layer();
  readonly over = new Layer();
  readonly element: HTMLElement;
  area: Area = { left: 0, top: 0, width: 1, height: 1 };
  #layers = [this.ground, this.under, this.all, this.chosen, this.over];
  #marks = div("sd-marks");
  #comparison: Comparison;

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
    const canvases = this.#layers.map((layer) => layer.canvas);
    this.#marks.ariaHidden = "true";
    const props = { class: "sd-plot", role: "img", tabIndex: 0 };
    this.element = h("div", props, ...canvases, this.#marks);
  }

  /** Says to who cannot see it what it shows. */
  describe(text: string): void {
    this.element.ariaLabel = `${text}. Arrow keys go from run to run, Space selects.`;
  }

  /** Makes all but the selected faint, or not. */
  dim(dimmed: boolean): void {
    for (const { canvas } of [this.under, this.all]) canvas.classList.toggle("sd-dimmed", dimmed);
  }

  /** Draws the frame for two axes, and empties the layers. */
  frame(x: Ruler, y: Ruler): void {
    const [width, height] = [this.element.clientWidth || 320, this.element.clientHeight || 300];
    for (const layer of this.#layers) layer.fit(width, height);
    const rows = y.marks(Math.max(2, Math.floor(height / (y.categories ? LINE : 45))));
    const longest = Math.max(0, ...rows.map(({ text }) => text.length));
    const left = Math.ceil(Math.min(width / 3, 120, longest * LETTER + 12)) + LINE;
    const bottom = x.categories ? 3 * LINE + 4 : 2 * LINE + 4;
    this.area = { left, top: 8, width: width - left - 12, height: height - 8 - bottom };
    const space = x.categories ? 36 : 80;
    const columns = x.marks(Math.max(2, Math.floor(this.area.width / space)));
    this.#grid(columns, rows);
    this.#write(x, y, columns, rows);
  }

  /** From one end of both scales to the other: less than the frame, for points have an extent. */
  get inner(): Area {
    const { left, top, width, height } = this.area;
    const [across, down] = [width - 2 * INSET, height - 2 * INSET];
    return { left: left + INSET, top: top + INSET, width: across, height: down };
  }

  x(place: number): number {
    const { left, width } = this.inner;
    return left + place * width;
  }

  y(place: number): number {
    const { top, height } = this.inner;
    return top + (1 - place) * height;
  }

  /** Where an event is, in the plot's own pixels. */
  at(event: PointerEvent | MouseEvent): [number, number] {
    const { left, top } = this.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  /** Where a point of the plot is in the window. */
  inWindow(x: number, y: number): [number, number] {
    const { left, top } = this.element.getBoundingClientRect();
    return [left + x, top + y];
  }

  #grid(columns: Mark[], rows: Mark[]): void {
    const { context } = this.ground;
    const { left, top, width, height } = this.area;
    context.fillStyle = this.#comparison.theme.line;
    for (const { place } of columns) context.fillRect(Math.round(this.x(place)), top, 1, height);
    for (const { place } of rows) context.fillRect(left, Math.round(this.y(place)), width, 1);
  }

  #write(x: Ruler, y: Ruler, columns: Mark[], rows: Mark[]): void {
    const { left, top, width, height } = this.area;
    const step = columns.length > 1 ? width / columns.length : width;
    const under = columns.map((mark) =>
      written(
        "sd-under",
        mark,
        `left:${this.x(mark.place)}px;top:${top + height + 3}px;max-width:${step - 4}px`,
      ),
    );
    const beside = rows.map((mark) =>
      written(
        "sd-beside",
        mark,
        `top:${this.y(mark.place)}px;width:${left - LINE - 5}px;left:${LINE}px`,
      ),
    );
    const name = (cls: string, text: string): HTMLElement =>
      h("span", { class: `sd-name ${cls}`, title: text }, line(text));
    fill(this.#marks, ...under, ...beside, name("sd-name-x", x.label), name("sd-name-y", y.label));
    this.#marks.style.setProperty("--sd-left", `${left}px`);
    this.#marks.style.setProperty("--sd-tall", `${height}px`);
    this.#marks.classList.toggle("sd-wraps", x.categories !== undefined);
  }
}

function written(cls: string, mark: Mark, style: string): HTMLElement {
  return h("span", { class: cls, style, title: mark.whole }, mark.text);
}
