/** How wide the columns are, and where the pinned ones stick. */

import { numberIn } from "../state";
import { isRight, spreadOf, textOf } from "./cells";
import { type Column, isGroup, type Line, type TableState } from "./state";

export const BOX = 30; // px of the column of boxes at the left
const PADDING = 20; // and something for the rounding of letters
const SPARK = 58;
const DELTA = 62;
const NARROWEST = 34;
const WIDEST = 260;
const PLAIN = { type: "text" } as Column;
const SAMPLE = 50; // lines that say how wide a column needs be

export class Widths {
  readonly #fitted = new Map<string, number>();
  #shape = "";
  readonly #pen = pen();

  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** The width of each column in pixels; one that was fitted keeps its width while it is shown. */
  of(state: TableState): number[] {
    const shape = `${!!state.baseline}${state.group}`;
    if (shape !== this.#shape) this.#fitted.clear();
    this.#shape = shape;
    return state.columns.map((column, i) => column.width || this.needed(column, i, state));
  }

  /** The width that what is shown of a column needs. */
  needed(column: Column, index: number, state: TableState, anew = false): number {
    const key = `${column.id}:${column.summary}:${column.spark}`;
    const known = this.#fitted.get(key);
    if (known && !anew) return known;
    const width = this.#measure(column, index, state);
    if (state.first.length) this.#fitted.set(key, width);
    return width;
  }

  #measure(column: Column, index: number, state: TableState): number {
    if (column.type === "status") return NARROWEST;
    const summary = column.summary && column.summary !== "last" ? ` ${column.summary}` : "";
    const head = 1.08 * this.#long(column.label + summary) + 22;
    const cells = state.first.slice(0, SAMPLE).map((line) => this.#room(column, line, index));
    const more = this.#beside(column, state);
    const widest = Math.max(head, ...cells.map((width) => width + more));
    return Math.ceil(Math.min(WIDEST, Math.max(NARROWEST, widest + PADDING)));
  }

  #room(column: Column, line: Line, index: number): number {
    if (isGroup(line) && column.type === "name") return 60 + this.#long(textOf(PLAIN, line.label));
    if (isGroup(line)) return this.#long(spreadOf(column, line.cells[index]));
    const tree = column.type === "name" ? 16 * (line.depth + (line.children ? 1 : 0)) : 0;
    const running = column.type === "name" && line.progress ? 40 : 0;
    return this.#long(textOf(column, line.cells[index])) + tree + running;
  }

  #beside(column: Column, state: TableState): number {
    const delta = state.baseline && column.kind === "metric" ? DELTA : 0;
    return delta + (column.spark ? SPARK : 0);
  }

  #long(text: string): number {
    if (!this.#pen) return text.length * 7;
    this.#pen.font = this.#font ??= fontOf(this.#root);
    return this.#pen.measureText(text).width;
  }
  #font: string | undefined;
}

function fontOf(root: HTMLElement): string {
  const { fontSize, fontFamily } = getComputedStyle(root);
  return `${fontSize} ${fontFamily}`;
}

function pen(): CanvasRenderingContext2D | null {
  // A document without a screen has no canvas; there a letter is 7 px.
  return typeof CanvasRenderingContext2D === "undefined"
    ? null
    : document.createElement("canvas").getContext("2d");
}

/** Where each pinned column sticks, in pixels from the left; undefined for the others. */
export function stickingAt(columns: Column[], widths: number[]): (number | undefined)[] {
  let left = BOX;
  return columns.map((column, i) => {
    if (!column.pinned) return undefined;
    const at = left;
    left += widths[i] as number;
    return at;
  });
}

/** Whether a column's numbers have a colour scale to offer. */
export function canColour(column: Column): boolean {
  return isRight(column) && column.range !== null && numberIn(column.range[0]) !== undefined;
}
