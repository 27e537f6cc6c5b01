/** The header of the table: sorting, moving and resizing columns, and a menu for each. */

import { fill, h } from "../dom";
import type { Panel } from "../panel";
import { isRight } from "./cells";
import { type Entry, menu } from "./popup";
import type { Column, SortTerm, Summary, TableState } from "./state";
import { canColour } from "./widths";

/** What the header asks of the table. */
export interface HeadActs {
  command(name: string, args: Record<string, unknown>): void;
  /** Shows another width at once, without asking. */
  widen(index: number, width: number): void;
  width(index: number): number;
  /** The width that what is in a column needs. */
  fitting(index: number): number;
}

export class Head {
  readonly element = h("div", { role: "row", class: "sd-row sd-head", "aria-rowindex": "1" });
  readonly box = h("div", {
    role: "columnheader",
    class: "sd-cell sd-box",
    "aria-label": "selected",
  });
  #cells: HTMLElement[] = [];
  #dragged = -1;

  readonly #panel: Panel<TableState>;
  readonly #acts: HeadActs;

  constructor(panel: Panel<TableState>, acts: HeadActs) {
    this.#panel = panel;
    this.#acts = acts;
  }

  show(sticking: (number | undefined)[]): void {
    const { columns } = this.#panel.state;
    this.#cells = columns.map((column, i) => this.#cell(column, i, sticking[i]));
    fill(this.element, this.box, ...this.#cells);
  }

  cellAt(index: number): HTMLElement | undefined {
    return index < 0 ? this.box : this.#cells[index];
  }

  #cell(column: Column, i: number, left: number | undefined): HTMLElement {
    const at = this.#panel.state.sort.findIndex((s) => s.column === column.id);
    const term = this.#panel.state.sort[at];
    const word = term ? (term.descending ? "descending" : "ascending") : "none";
    const classes = `sd-cell${isRight(column) ? " sd-num" : ""}${left === undefined ? "" : " sd-pinned"}`;
    const cell = h(
      "div",
      {
        role: "columnheader",
        class: classes,
        style: left === undefined ? "" : `left:${left}px`,
        "aria-sort": word,
        "aria-colindex": String(i + 2),
        draggable: true,
        title: about(column),
        onclick: (e: MouseEvent) => this.sort(column, e.shiftKey),
      },
      h("span", { class: column.type === "status" ? "sd-hidden" : "sd-label" }, column.label),
      summaryOf(column),
      term ? h("span", { class: "sd-arrow", "aria-hidden": "true" }, this.#arrow(term, at)) : null,
      this.#button(column, i),
      this.#edge(i),
    );
    this.#move(cell, i);
    return cell;
  }

  #arrow(term: SortTerm, at: number): string {
    const sign = term.descending ? "↓" : "↑";
    return this.#panel.state.sort.length > 1 ? `${sign}${at + 1}` : sign;
  }

  #button(column: Column, i: number): HTMLElement {
    return h(
      "button",
      {
        type: "button",
        class: "sd-plain sd-dots",
        tabIndex: -1,
        "aria-haspopup": "menu",
        "aria-label": `menu of ${column.label}`,
        onclick: (e: Event) => {
          e.stopPropagation();
          this.openMenu(i);
        },
      },
      "⋮",
    );
  }

  /** A click sorts, the next one turns around, the third unsorts; with shift, beside the others. */
  sort(column: Column, beside: boolean): void {
    const { sort } = this.#panel.state;
    const now = sort.find((term) => term.column === column.id);
    const first = startsDescending(column);
    const others = beside ? sort : now ? [now] : [];
    const next = !now
      ? [...others, { column: column.id, descending: first }]
      : now.descending === first
        ? others.map((t) => (t === now ? { ...t, descending: !first } : t))
        : others.filter((t) => t !== now);
    this.#acts.command("sort", { by: next });
  }

  openMenu(i: number): void {
    const column = this.#panel.state.columns[i];
    const at = this.#cells[i]?.querySelector(".sd-dots");
    if (column && at)
      menu(this.#panel.root, at, `Column ${column.label}`, this.#entries(column, i));
  }

  #entries(column: Column, i: number): Entry[] {
    const { command } = this.#acts;
    const change = (patch: Partial<Column>): void =>
      command("change", { column: column.id, ...patch });
    const by = (descending: boolean): void =>
      command("sort", { by: [{ column: column.id, descending }] });
    const move = (to: number): void => command("move", { column: column.id, to });
    const last = this.#panel.state.columns.length - 1;
    return [
      { text: "Sort ascending", act: () => by(false) },
      { text: "Sort descending", act: () => by(true) },
      "line",
      ...(column.kind === "metric" ? this.#metricEntries(column, change) : []),
      {
        text: "Colour scale",
        checked: column.colour,
        disabled: !canColour(column),
        act: () => change({ colour: !column.colour }),
      },
      "line",
      {
        text: "Pin to the left",
        checked: column.pinned,
        act: () => change({ pinned: !column.pinned }),
      },
      { text: "Move left", disabled: i === 0, act: () => move(i - 1) },
      { text: "Move right", disabled: i === last, act: () => move(i + 1) },
      { text: "Fit the width", act: () => this.#fitColumn(column, i) },
      ...(column.kind === "metric"
        ? []
        : [{ text: "Group by it", act: () => command("group", { by: column.id }) }]),
      "line",
      { text: "Hide", act: () => command("hide", { column: column.id }) },
    ];
  }

  #metricEntries(column: Column, change: (patch: Partial<Column>) => void): Entry[] {
    const shown: [Summary, string][] = [
      ["last", "Last value"],
      ["best", "Best value"],
      ["min", "Least value"],
      ["max", "Greatest value"],
    ];
    return [
      ...shown.map(([summary, text]) => ({
        text,
        checked: column.summary === summary,
        disabled: summary === "best" && !column.better,
        act: () => change({ summary }),
      })),
      "line",
      {
        text: "Less is better",
        checked: column.better === "less",
        act: () => change({ better: column.better === "less" ? null : "less" }),
      },
      {
        text: "More is better",
        checked: column.better === "more",
        act: () => change({ better: column.better === "more" ? null : "more" }),
      },
      "line",
      { text: "Curve", checked: column.spark, act: () => change({ spark: !column.spark }) },
    ];
  }

  #fitColumn(column: Column, i: number): void {
    this.#acts.command("change", { column: column.id, width: this.#acts.fitting(i) });
  }

  /** The right edge of a header, to drag. */
  #edge(i: number): HTMLElement {
    const column = this.#panel.state.columns[i] as Column;
    const edge = h("span", {
      class: "sd-edge",
      "aria-hidden": "true",
      onclick: (e: Event) => e.stopPropagation(),
      ondblclick: () => this.#fitColumn(column, i),
      onpointerdown: (e: PointerEvent) => this.#drag(e, edge, column, i),
    });
    return edge;
  }

  #drag(e: PointerEvent, edge: HTMLElement, column: Column, i: number): void {
    e.preventDefault(); // else the column would be dragged
    e.stopPropagation();
    edge.setPointerCapture(e.pointerId);
    const [from, was] = [e.clientX, this.#acts.width(i)];
    const width = (at: PointerEvent): number => Math.max(30, Math.round(was + at.clientX - from));
    const moved = (at: PointerEvent): void => this.#acts.widen(i, width(at));
    edge.addEventListener("pointermove", moved);
    edge.addEventListener(
      "pointerup",
      (at) => {
        edge.removeEventListener("pointermove", moved);
        if (at.clientX !== from)
          this.#acts.command("change", { column: column.id, width: width(at) });
      },
      { once: true },
    );
  }

  /** Makes a header something that is dragged to another place among them. */
  #move(cell: HTMLElement, i: number): void {
    cell.addEventListener("dragstart", (e) => {
      this.#dragged = i;
      e.dataTransfer?.setData("text/plain", this.#panel.state.columns[i]?.id ?? "");
      e.stopPropagation();
    });
    cell.addEventListener("dragover", (e) => {
      if (this.#dragged < 0) return;
      e.preventDefault();
      e.stopPropagation();
      cell.classList.add("sd-drop");
    });
    cell.addEventListener("dragleave", () => cell.classList.remove("sd-drop"));
    cell.addEventListener("dragend", () => {
      this.#dragged = -1;
    });
    cell.addEventListener("drop", (e) => {
      e.preventDefault();
      e.stopPropagation(); // the notebook would take it for a cell
      const column = this.#panel.state.columns[this.#dragged];
      if (column && this.#dragged !== i) this.#acts.command("move", { column: column.id, to: i });
    });
  }
}

/** The better end first, and the youngest; texts from A to Z. */
function startsDescending(column: Column): boolean {
  return column.kind === "metric" ? column.better === "more" : column.type === "time";
}

function summaryOf(column: Column): HTMLElement | null {
  if (!column.summary || column.summary === "last") return null;
  return h("span", { class: "sd-faint sd-summary" }, column.summary);
}

function about(column: Column): string {
  const better = column.better ? `${column.better} is better` : "";
  const summary = column.summary ? `the ${column.summary} value` : "";
  return [column.id, summary, better].filter(Boolean).join(" · ");
}
