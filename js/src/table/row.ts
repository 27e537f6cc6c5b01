/** A row on screen: its cells are kept and filled with another line when the table scrolls. */

import { fill, h } from "../dom";
import { duration, number } from "../format";
import { type Cell, numberIn } from "../state";
import { statusMark } from "../status";
import { deltaOf, groundOf, isRight, spreadOf, textOf, wholeOf } from "./cells";
import type { Sparks } from "./sparks";
import {
  type Column,
  type GroupLine,
  isGroup,
  type Line,
  type RunLine,
  type TableState,
} from "./state";

/** What all rows are drawn with. */
export interface Look {
  state: TableState;
  sticking: (number | undefined)[];
  dark: boolean;
  sparks: Sparks;
  selected(id: string): boolean;
}

export class Row {
  readonly element = h("div", { role: "row", class: "sd-row" });
  readonly #box = h("div", { role: "gridcell", class: "sd-cell sd-box" });
  #cells: HTMLElement[] = [];
  #shaped: Look["sticking"] | undefined;
  line: Line | undefined;
  index = -1;

  /** Shows a line; one that is on its way is grey. */
  show(index: number, top: number, line: Line | undefined, look: Look): void {
    this.line = line;
    this.index = index;
    this.element.style.transform = `translateY(${top}px)`;
    this.element.setAttribute("aria-rowindex", String(index + 2));
    this.element.dataset.index = String(index);
    this.#shape(look);
    if (!line) this.#wait();
    else if (isGroup(line)) this.#group(line, look);
    else this.#run(line, look);
  }

  /** Where the row stands, when nothing else changed. */
  cell(column: number): HTMLElement | undefined {
    return column < 0 ? this.#box : this.#cells[column];
  }

  #shape(look: Look): void {
    if (this.#shaped === look.sticking) return; // which is made anew with the columns
    this.#shaped = look.sticking;
    const { columns } = look.state;
    if (this.#cells.length !== columns.length) {
      this.#cells = columns.map(() => h("div", { role: "gridcell" }));
      fill(this.element, this.#box, ...this.#cells);
    }
    this.#cells.forEach((cell, i) => {
      const column = columns[i] as Column;
      const left = look.sticking[i];
      cell.className = `sd-cell${isRight(column) ? " sd-num" : ""}${left === undefined ? "" : " sd-pinned"}`;
      cell.style.left = left === undefined ? "" : `${left}px`;
      cell.setAttribute("aria-colindex", String(i + 2));
    });
  }

  #wait(): void {
    this.element.className = "sd-row sd-waiting";
    this.#box.textContent = "";
    for (const cell of this.#cells) {
      cell.textContent = "";
      cell.style.backgroundColor = "";
    }
  }

  #run(line: RunLine, look: Look): void {
    const on = look.selected(line.id);
    const base = look.state.baseline?.id === line.id;
    this.element.className = `sd-row${on ? " sd-on" : ""}${base ? " sd-base" : ""}`;
    this.element.setAttribute("aria-selected", String(on));
    this.element.removeAttribute("aria-expanded");
    if (line.children) this.element.setAttribute("aria-expanded", String(line.open));
    fill(this.#box, h("span", { class: "sd-check", "aria-hidden": "true" }));
    look.state.columns.forEach((column, i) => {
      this.#fillCell(this.#cells[i] as HTMLElement, column, i, line, look);
    });
  }

  #fillCell(el: HTMLElement, column: Column, i: number, line: RunLine, look: Look): void {
    const cell = line.cells[i];
    el.style.backgroundColor = groundOf(column, cell, look.dark);
    el.title = wholeOf(column, cell);
    if (column.type === "status") fill(el, statusMark(line.status));
    else if (column.type === "name") name(el, column, cell, line);
    else if (column.type === "duration" && line.start) live(el, line.start);
    else this.#fillValue(el, column, i, line, look);
  }

  #fillValue(el: HTMLElement, column: Column, i: number, line: RunLine, look: Look): void {
    const cell = line.cells[i];
    const text = textOf(column, cell);
    const own = look.state.baseline?.id === line.id;
    const delta = own ? undefined : deltaOf(column, cell, look.state.baseline?.cells[i]);
    const spark = column.spark ? look.sparks.draw(line, column.id) : null;
    if (spark || delta) fill(el, spark, h("span", {}, text), delta);
    else el.textContent = text;
  }

  #group(line: GroupLine, look: Look): void {
    this.element.className = "sd-row sd-group";
    this.element.setAttribute("aria-expanded", String(line.open));
    this.element.removeAttribute("aria-selected");
    this.#box.textContent = "";
    const { columns } = look.state;
    const named = Math.max(
      0,
      columns.findIndex((column) => column.type === "name"),
    );
    columns.forEach((column, i) => {
      const el = this.#cells[i] as HTMLElement;
      el.style.backgroundColor = "";
      const text = i === named ? "" : spreadOf(column, line.cells[i]);
      el.textContent = text;
      el.title =
        text && `${column.label}: mean and standard deviation of ${line.count} runs, ${text}`;
    });
    groupName(this.#cells[named] as HTMLElement, line);
  }

  /** Shows how long a running run has been at it. */
  tick(columns: Column[]): void {
    const line = this.line;
    if (!line || isGroup(line) || !line.start) return;
    const at = columns.findIndex((column) => column.type === "duration");
    if (at >= 0) live(this.#cells[at] as HTMLElement, line.start);
  }
}

function live(el: HTMLElement, start: number): void {
  el.textContent = duration(Math.max(0, (Date.now() - start) / 1000));
  el.title = "still running";
}

function name(el: HTMLElement, column: Column, cell: Cell | undefined, line: RunLine): void {
  const text = textOf(column, cell) || line.id.slice(0, 8);
  el.title = `${wholeOf(column, cell)}\n${line.id}`;
  if (!line.depth && !line.children && !line.progress) {
    el.textContent = text;
    return;
  }
  const indent = h("span", { class: "sd-indent", style: `width:${16 * line.depth}px` });
  const count = line.children
    ? h(
        "span",
        { class: "sd-faint", title: `${line.children} child runs` },
        ` ${number(line.children)}`,
      )
    : null;
  fill(el, indent, line.children ? twist(line.open) : null, text, count, progress(line.progress));
}

function progress(at: RunLine["progress"]): HTMLElement | null {
  if (!at) return null;
  const [done, total] = at;
  if (!total) return h("span", { class: "sd-faint" }, ` ${number(done)}`);
  const part = Math.min(100, (100 * done) / total);
  const words = `${number(done)} of ${number(total)}`;
  const bar = h("span", { class: "sd-bar", style: `--sd-part:${part}%`, "aria-hidden": "true" });
  return h(
    "span",
    { class: "sd-progress", title: words, "aria-label": words },
    bar,
    `${Math.floor(part)} %`,
  );
}

function groupName(el: HTMLElement, line: GroupLine): void {
  const text = line.label === null ? "(none)" : textOf(TEXT, line.label);
  const count = numberIn(line.count) ?? 0;
  el.title = `${text}: ${count} runs`;
  fill(
    el,
    twist(line.open),
    h("b", {}, text),
    h("span", { class: "sd-faint" }, ` ${number(count)}`),
  );
}

const TEXT = { kind: "attribute", type: "text" } as Column;

function twist(open: boolean): HTMLElement {
  return h("span", { class: "sd-twist", "aria-hidden": "true" }, open ? "▾" : "▸");
}
