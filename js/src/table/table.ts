/** The run table: puts the parts together, and says what keys and clicks do. */

import { h } from "../dom";
import { number } from "../format";
import type { Panel } from "../panel";
import { Actions } from "./actions";
import { Chosen } from "./chosen";
import { detailsOf } from "./details";
import { editText } from "./editor";
import { FilterBox } from "./filter_box";
import { Grid, ROW } from "./grid";
import { Pages } from "./pages";
import { isGroup, linesOf, type TableState } from "./state";
import { Toolbar } from "./toolbar";

const DETAILS = 9 * ROW;

export class Table {
  readonly #pages: Pages;
  readonly #chosen: Chosen;
  readonly #grid: Grid;
  readonly #filter: FilterBox;
  readonly #toolbar: Toolbar;
  readonly #actions: Actions;
  readonly #empty = h("div", { class: "sd-empty", hidden: true });
  readonly #trouble = h("div", { class: "sd-problem", role: "alert", hidden: true });

  readonly #panel: Panel<TableState>;

  constructor(panel: Panel<TableState>) {
    this.#panel = panel;
    this.#pages = new Pages(panel, () => this.#grid.repaint());
    this.#chosen = new Chosen(panel, this.#pages, (e) => this.#actions.complain(e));
    this.#actions = new Actions(panel, this.#chosen, (name, args) => this.#command(name, args));
    this.#filter = new FilterBox(panel);
    this.#grid = new Grid(panel, this.#pages, this.#chosen, (name, args) =>
      this.#command(name, args),
    );
    this.#toolbar = new Toolbar(panel, this.#chosen, this.#actions, this.#filter.element);
    panel.root.classList.add("sd-run-table");
    panel.root.append(
      this.#toolbar.element,
      this.#filter.problem,
      this.#trouble,
      this.#actions.bar,
      this.#grid.element,
      this.#empty,
    );
    this.#listen();
    this.#renew();
  }

  #listen(): void {
    const [panel, grid] = [this.#panel, this.#grid];
    panel.on("state", () => this.#renew());
    panel.on("selection", () => this.#reselect());
    panel.on("theme", () => grid.renew());
    panel.on("size", () => grid.resized());
    grid.element.addEventListener("keydown", (e) => this.#key(e));
    grid.body.addEventListener("click", (e) => this.#click(e));
    grid.body.addEventListener("dblclick", (e) => this.#twice(e));
    grid.head.box.addEventListener("click", () => this.#toggleAll());
    const clock = setInterval(() => grid.tick(), 1000);
    panel.onEnd(() => clearInterval(clock));
    panel.keepFresh();
  }

  #renew(): void {
    const { state } = this.#panel;
    this.#pages.renew();
    if (this.#grid.below && !this.#stays(this.#grid.below.index)) this.#grid.open(undefined);
    this.#grid.renew();
    this.#toolbar.renew();
    this.#trouble.hidden = !state.trouble;
    this.#trouble.textContent = state.trouble ?? "";
    this.#empty.hidden = state.lines > 0;
    this.#grid.element.hidden = state.lines === 0;
    this.#empty.replaceChildren(...emptiness(state));
    this.#reselect();
  }

  /** Whether the row that has its details open is still where it was. */
  #stays(index: number): boolean {
    const line = this.#pages.line(index);
    return !!line && !isGroup(line) && line.id === this.#grid.below?.element.dataset.run;
  }

  #reselect(): void {
    this.#grid.head.box.className = `sd-cell sd-box${this.#chosen.isAll ? " sd-on" : ""}`;
    this.#grid.head.box.replaceChildren(h("span", { class: "sd-check", "aria-hidden": "true" }));
    this.#toolbar.reselect();
    this.#grid.repaint();
  }

  /** Sends a command that changes what is shown; says so when it cannot be done. */
  #command(name: string, args: Record<string, unknown>): void {
    const reorders = name === "sort" || name === "group";
    if (reorders && !this.#panel.state.frozen) this.#grid.element.scrollTop = 0;
    this.#panel
      .ask(name, args)
      .then(() => {
        if (reorders) this.#pages.forget();
        this.#panel.settle();
      })
      .catch((e) => this.#actions.complain(e));
  }

  // --- the mouse ----------------------------------------------------------------------------

  #click(e: MouseEvent): void {
    const index = this.#grid.indexOf(e);
    const target = e.target as Element;
    if (index === undefined) return;
    const column = [...(target.closest(".sd-row")?.children ?? [])].indexOf(
      target.closest(".sd-cell") as Element,
    );
    this.#grid.activate(index, column - 1);
    if (this.#grid.isGroup(index) || target.closest(".sd-twist")) this.#twist(index);
    else if (e.shiftKey) void this.#chosen.extend(index);
    else if (e.ctrlKey || e.metaKey || target.closest(".sd-box")) this.#chosen.toggle(index);
    else this.#chosen.only(index);
  }

  #twice(e: MouseEvent): void {
    const index = this.#grid.indexOf(e);
    if (index === undefined || this.#grid.isGroup(index)) return;
    if ((e.target as Element).closest(".sd-twist, .sd-box")) return;
    this.#details(index);
  }

  #toggleAll(): void {
    if (this.#chosen.isAll) this.#chosen.none();
    else void this.#chosen.all();
  }

  // --- the keyboard -------------------------------------------------------------------------

  #key(e: KeyboardEvent): void {
    if (e.target !== this.#grid.element) return; // an editor or the details have their own
    if (!(this.#moves(e) || this.#acts(e))) return;
    e.preventDefault();
    e.stopPropagation();
  }

  #moves(e: KeyboardEvent): boolean {
    const { row, column } = this.#grid.active;
    if (e.altKey) return false;
    if (this.#twists(e, row)) return true;
    const rows = linesOf(this.#panel.state) - 1;
    const last = this.#panel.state.columns.length - 1;
    const far = e.ctrlKey || e.metaKey;
    const to: Record<string, [number, number]> = {
      ArrowDown: [Math.min(rows, row + 1), column],
      ArrowUp: [row - 1, column],
      ArrowRight: [row, Math.min(last, column + 1)],
      ArrowLeft: [row, column - 1],
      PageDown: [Math.min(rows, row + this.#grid.pageful), column],
      PageUp: [Math.max(0, row - this.#grid.pageful), column],
      Home: [far ? 0 : row, far ? column : 0],
      End: [far ? rows : row, far ? column : last],
    };
    const place = to[e.key];
    if (!place) return false;
    this.#grid.activate(...place);
    if (e.shiftKey && place[0] !== row && place[0] >= 0) void this.#chosen.extend(place[0]);
    return true;
  }

  /** On the name of what can be opened, right opens it and left closes it. */
  #twists(e: KeyboardEvent, row: number): boolean {
    const line = row < 0 ? undefined : this.#grid.lineAt(row);
    const named = this.#panel.state.columns[this.#grid.active.column]?.type === "name";
    if (!line || !named || !(isGroup(line) || line.children)) return false;
    const wants = e.key === "ArrowRight" ? !line.open : e.key === "ArrowLeft" && line.open;
    if (wants) this.#twist(row);
    return wants;
  }

  #acts(e: KeyboardEvent): boolean {
    const { row } = this.#grid.active;
    const far = e.ctrlKey || e.metaKey;
    if (e.key === "ArrowDown" && e.altKey) this.#grid.head.openMenu(this.#grid.active.column);
    else if (e.key === "a" && far) void this.#chosen.all();
    else if (e.key === "/" || (e.key === "f" && far)) this.#filter.focus();
    else if (e.key === "Escape") this.#escape();
    else if (row < 0) return this.#headKey(e);
    else if (e.key === " " && e.shiftKey) void this.#chosen.extend(row);
    else if (e.key === " ") this.#chosen.toggle(row);
    else if (e.key === "Enter") this.#enter(row);
    else if (e.key === "F2") this.#edit(row);
    else if (e.key === "Delete") this.#remove(row);
    else return false;
    return true;
  }

  #headKey(e: KeyboardEvent): boolean {
    const column = this.#panel.state.columns[this.#grid.active.column];
    if (e.key !== "Enter" && e.key !== " ") return false;
    if (column) this.#grid.head.sort(column, e.shiftKey);
    else this.#toggleAll();
    return true;
  }

  #escape(): void {
    if (this.#grid.below) this.#grid.open(undefined);
    else this.#chosen.none();
  }

  #enter(row: number): void {
    if (this.#grid.isGroup(row)) this.#twist(row);
    else this.#details(row);
  }

  #twist(row: number): void {
    const line = this.#grid.lineAt(row);
    if (line) this.#command("open", isGroup(line) ? { group: line.group } : { run: line.id });
  }

  /** Shows what a run is, below its row; again, and it is gone. */
  #details(row: number): void {
    const line = this.#grid.lineAt(row);
    if (!line || isGroup(line)) return;
    const { below } = this.#grid;
    if (below?.index === row) {
      this.#grid.open(undefined);
      return;
    }
    const element = detailsOf(this.#panel, line, this.#actions, () => {
      this.#grid.open(undefined);
      this.#grid.element.focus();
    });
    this.#grid.open({ index: row, height: DETAILS, element });
  }

  /** Edits the name, or the tag in the active cell. */
  #edit(row: number): void {
    const line = this.#grid.lineAt(row);
    const { columns } = this.#panel.state;
    const column = columns[this.#grid.active.column];
    if (!line || isGroup(line)) return;
    const isTag = column?.kind === "tag";
    const at = isTag ? this.#grid.active.column : columns.findIndex((c) => c.type === "name");
    if (at < 0) return;
    this.#grid.activate(row, at);
    const cell = this.#grid.activeCell;
    if (!cell) return;
    const was = line.cells[at];
    const label = isTag ? (column as { label: string }).label : "name";
    editText(this.#grid.body, cell, label, typeof was === "string" ? was : "", (text) => {
      if (isTag) this.#command("tag", { ids: [line.id], key: column?.id.slice(5), value: text });
      else this.#command("rename", { run: line.id, name: text });
    }).then(() => this.#grid.element.focus({ preventScroll: true }));
  }

  #remove(row: number): void {
    const line = this.#grid.lineAt(row);
    if (!this.#chosen.count && line && !isGroup(line)) this.#chosen.only(row);
    this.#actions.remove(() => this.#grid.element.focus({ preventScroll: true }));
  }
}

function emptiness(state: TableState): Node[] {
  const { filter, experiment, count, trash } = state;
  if (trash && !filter) return [h("div", {}, `No deleted runs in ${experiment}.`)];
  if (filter)
    return [
      h("div", {}, `None of the ${number(count.total)} runs in ${experiment} matches.`),
      h("div", { class: "sd-faint" }, "Loosen the filter, or clear it with the × in its box."),
    ];
  return [
    h("div", {}, `No runs in ${experiment} yet.`),
    h("div", { class: "sd-faint" }, "Put %%track on the first line of a cell and run it."),
  ];
}
