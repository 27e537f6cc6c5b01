/** The grid: only the rows in sight exist, over as many lines as there are. */

import { eachFrame, h } from "../dom";
import type { Panel } from "../panel";
import type { Chosen } from "./chosen";
import { Head, type HeadActs } from "./head";
import type { Pages } from "./pages";
import { type Look, Row } from "./row";
import { Sparks } from "./sparks";
import { isGroup, linesOf, type TableState } from "./state";
import { BOX, stickingAt, Widths } from "./widths";

export const ROW = 26; // px
const TALLEST = 420; // px of the table; beyond it scrolls
const SPARE = 10; // rows above and below those in sight

/** A row's details, below it. */
export interface Below {
  index: number;
  height: number;
  element: HTMLElement;
}

export class Grid {
  readonly element = h("div", {
    role: "grid",
    class: "sd-scroll sd-grid",
    tabIndex: 0,
    "aria-label": "runs",
    "aria-multiselectable": "true",
    "data-lm-suppress-shortcuts": "true", // of the notebook, which would cut cells
  });
  readonly head: Head;
  readonly body = h("div", { role: "rowgroup", class: "sd-body" });
  readonly #rows = new Map<number, Row>();
  readonly #free: Row[] = [];
  readonly #widths: Widths;
  readonly #sparks: Sparks;
  #look: Look;
  #current: number[] = [];
  #marked: HTMLElement | undefined; // it may be off the page by now, in a row that is free
  below: Below | undefined;
  /** The active cell; row -1 is the header, column -1 the box. */
  active = { row: 0, column: 1 };

  readonly #panel: Panel<TableState>;
  readonly #pages: Pages;

  constructor(
    panel: Panel<TableState>,
    pages: Pages,
    chosen: Chosen,
    command: HeadActs["command"],
  ) {
    this.#panel = panel;
    this.#pages = pages;
    this.#widths = new Widths(panel.root);
    this.#sparks = new Sparks(panel, () => this.repaint());
    this.head = new Head(panel, {
      command,
      widen: (i, width) => this.#widen(i, width),
      width: (i) => this.#current[i] ?? 100,
      fitting: (i) => this.#fitting(i),
    });
    this.element.append(
      h("div", { role: "rowgroup", class: "sd-heads" }, this.head.element),
      this.body,
    );
    const selected = (id: string): boolean => chosen.has(id);
    this.#look = { state: panel.state, sticking: [], dark: false, sparks: this.#sparks, selected };
    this.element.addEventListener("scroll", this.painting, { passive: true });
  }

  /** Shows the state anew: header, widths, rows. */
  renew(): void {
    const { state } = this.#panel;
    this.#current = this.#widths.of(state);
    this.#look = { ...this.#look, state, sticking: stickingAt(state.columns, this.#current) };
    this.#look.dark = this.#panel.root.classList.contains("sd-dark");
    this.head.show(this.#look.sticking);
    this.#lay();
    this.element.setAttribute("aria-rowcount", String(state.lines + 1));
    this.element.setAttribute("aria-colcount", String(state.columns.length + 1));
    this.active.column = Math.min(this.active.column, state.columns.length - 1);
    this.activate(Math.min(this.active.row, linesOf(state) - 1), this.active.column, false);
    this.repaint();
  }

  /** Draws again what is in sight. */
  repaint(): void {
    for (const row of this.#rows.values()) row.index = -1;
    this.#paint();
  }

  readonly painting = eachFrame(() => this.#paint());

  #paint(): void {
    const lines = linesOf(this.#panel.state);
    const [from, to] = this.#inSight(lines);
    for (const [index, row] of this.#rows) {
      if (index < from || index >= to) this.#release(index, row);
    }
    for (let index = from; index < to; index++) this.#draw(index);
    this.#pages.want(from, to, lines);
    this.#mark();
  }

  #inSight(lines: number): [number, number] {
    const top = this.element.scrollTop;
    const height = this.element.clientHeight || TALLEST;
    const first = this.#indexAt(top) - SPARE;
    return [Math.max(0, first), Math.min(lines, this.#indexAt(top + height) + 1 + SPARE)];
  }

  #release(index: number, row: Row): void {
    this.#rows.delete(index);
    row.element.remove();
    this.#free.push(row);
  }

  #draw(index: number): void {
    const line = this.#pages.line(index);
    let row = this.#rows.get(index);
    if (!row) {
      row = this.#free.pop() ?? new Row();
      row.index = -1;
      this.#rows.set(index, row);
      this.body.append(row.element);
    }
    if (row.index !== index || row.line !== line)
      row.show(index, this.topOf(index), line, this.#look);
  }

  // --- geometry -----------------------------------------------------------------------------

  topOf(index: number): number {
    return index * ROW + (this.below && index > this.below.index ? this.below.height : 0);
  }

  #indexAt(top: number): number {
    const { below } = this;
    if (!below || top < (below.index + 1) * ROW) return Math.floor(top / ROW);
    return Math.max(below.index, Math.floor((top - below.height) / ROW));
  }

  #lay(): void {
    const lines = linesOf(this.#panel.state);
    const height = lines * ROW + (this.below?.height ?? 0);
    this.body.style.height = `${height}px`;
    this.#columns();
  }

  /** Fits what goes by the width of the view. */
  resized(): void {
    this.#columns();
    this.painting();
  }

  #columns(): void {
    const wide = this.#current.reduce((a, b) => a + b, BOX);
    this.element.style.setProperty(
      "--sd-columns",
      `${BOX}px ${this.#current.map((w) => `${w}px`).join(" ")}`,
    );
    this.element.style.setProperty("--sd-wide", `${this.element.clientWidth}px`);
    this.body.style.width = this.head.element.style.width = `max(100%, ${wide}px)`;
  }

  #widen(i: number, width: number): void {
    this.#current[i] = width;
    this.#columns();
  }

  #fitting(i: number): number {
    const { state } = this.#panel;
    const column = state.columns[i];
    const lines = [...this.#rows.values()].flatMap((row) => row.line ?? []);
    return column ? this.#widths.needed(column, i, { ...state, first: lines }, true) : 100;
  }

  // --- details below a row ------------------------------------------------------------------

  /** Opens something below a row, or closes it. */
  open(below: Below | undefined): void {
    this.below?.element.remove();
    this.below = below;
    if (below) {
      below.element.style.transform = `translateY(${(below.index + 1) * ROW}px)`;
      below.element.style.height = `${below.height}px`;
      this.body.append(below.element);
    }
    this.#lay();
    this.repaint();
    if (below) this.#show(below.index, below.height);
  }

  // --- the active cell ----------------------------------------------------------------------

  activate(row: number, column: number, show = true): void {
    this.active = { row: Math.max(-1, row), column: Math.max(-1, column) };
    if (show) {
      this.#show(this.active.row);
      this.#showColumn(this.active.column);
      this.#paint();
    }
  }

  /** The element of the active cell, if it is in sight. */
  get activeCell(): HTMLElement | undefined {
    const { row, column } = this.active;
    return row < 0 ? this.head.cellAt(column) : this.#rows.get(row)?.cell(column);
  }

  #mark(): void {
    this.#marked?.classList.remove("sd-active");
    const cell = this.activeCell;
    this.#marked = cell;
    if (!cell) {
      this.element.removeAttribute("aria-activedescendant");
      return;
    }
    cell.classList.add("sd-active");
    cell.id ||= `sd-cell-${Math.random().toString(36).slice(2)}`;
    this.element.setAttribute("aria-activedescendant", cell.id);
  }

  #show(row: number, more = 0): void {
    if (row < 0) return;
    const { scrollTop, clientHeight } = this.element;
    const [top, bottom] = [this.topOf(row), this.topOf(row) + ROW + more];
    const room = clientHeight - ROW; // the header lies over the first
    if (top < scrollTop) this.element.scrollTop = top;
    else if (bottom > scrollTop + room) this.element.scrollTop = Math.min(top, bottom - room);
  }

  #showColumn(column: number): void {
    const { columns } = this.#panel.state;
    if (column < 0 || columns[column]?.pinned) return;
    const pinned = columns.reduce(
      (sum, c, i) => sum + (c.pinned ? (this.#current[i] ?? 0) : 0),
      BOX,
    );
    const left = BOX + this.#current.slice(0, column).reduce((a, b) => a + b, 0);
    const { scrollLeft, clientWidth } = this.element;
    if (left - pinned < scrollLeft) this.element.scrollLeft = left - pinned;
    else if (left + (this.#current[column] ?? 0) > scrollLeft + clientWidth)
      this.element.scrollLeft = left + (this.#current[column] ?? 0) - clientWidth;
  }

  /** How many rows are in sight at once. */
  get pageful(): number {
    return Math.max(1, Math.floor(this.element.clientHeight / ROW) - 2);
  }

  // --- what runs ----------------------------------------------------------------------------

  /** Renews the durations of running runs; says whether there are any in sight. */
  tick(): void {
    for (const row of this.#rows.values()) row.tick(this.#panel.state.columns);
  }

  lineAt(index: number) {
    return this.#pages.line(index);
  }

  /** Which line an event is about; undefined when none. */
  indexOf(e: Event): number | undefined {
    const row = (e.target as Element).closest<HTMLElement>(".sd-row[data-index]");
    return row && this.body.contains(row) ? Number(row.dataset.index) : undefined;
  }

  isGroup(index: number): boolean {
    const line = this.#pages.line(index);
    return !!line && isGroup(line);
  }
}
