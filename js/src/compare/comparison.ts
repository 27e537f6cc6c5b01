/** What the plots of a comparison share: runs, view, selection and the run under the pointer. */

import { Hearers } from "../hearers";
import type { Panel, Reply } from "../panel";
import { type ColumnsHeader, columnsOf } from "../state";
import { type Theme, themeOf } from "../theme";
import { brushed } from "./brushes";
import { type Colouring, colouring } from "./colouring";
import { type Change, merged } from "./patch";
import { type Placed, placed } from "./ruler";
import { Runs } from "./runs";
import type { Axis, Brush, CompareState, View } from "./state";

/** A part of the view, or what else can change. */
export type What = keyof View | "brushes" | "runs" | "axes" | "selected" | "hover" | "look";

const SENT = 120; // ms of quiet before Python hears how the view was arranged

export class Comparison extends Hearers<What> {
  runs = new Runs(new Map());
  view: View;
  theme: Theme;
  /** 1 for the selected ones of `runs`, and how many these are. */
  selected = new Uint8Array(0);
  count = 0;
  /** The run under the pointer or the keyboard's cursor; -1 for none. */
  hovered = -1;
  loaded = false;
  readonly #complain: (message: string) => void;
  readonly #rulers = new Map<string, Placed>();
  readonly #colourings = new Map<string, Colouring>();
  #axes = new Map<string, Axis>();
  #unsent: Change | undefined;
  #sending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #mine: string[] | undefined;
  #seen: unknown;

  constructor(
    readonly panel: Panel<CompareState>,
    complain: (message: string) => void,
  ) {
    super();
    this.#complain = complain;
    this.view = structuredClone(panel.state.view);
    this.theme = themeOf(panel.root);
    this.#axes = new Map(panel.state.axes.map((axis) => [axis.id, axis]));
    panel.on("state", () => this.#hearState());
    panel.on("selection", () => this.#hearSelection());
    panel.on("theme", () => this.#relook());
    panel.on("size", () => this.tell("look"));
    panel.onEnd(() => clearTimeout(this.#timer));
  }

  /** Nobody is there to answer: it is a saved page. */
  get frozen(): boolean {
    return this.panel.state.frozen === true;
  }

  // --- axes --------------------------------------------------------------------------------

  axis(id: string | null): Axis | undefined {
    return id === null ? undefined : this.#axes.get(id);
  }

  label(id: string | null): string {
    return this.axis(id)?.label ?? id ?? "";
  }

  /** An axis with the runs on it; undefined when there is no such axis. */
  placed(id: string | null, log = false): Placed | undefined {
    const [axis, column] = [this.axis(id), this.runs.column(id)];
    if (!axis || !column) return undefined;
    const key = `${log ? "log" : "linear"} ${id}`;
    const ruler = this.#rulers.get(key) ?? placed(axis, column, log && axis.type === "number");
    this.#rulers.set(key, ruler);
    return ruler;
  }

  /** The colours of the runs by an axis. */
  colours(id: string | null): Colouring {
    const log = this.view.parallel.log.includes(id ?? "");
    const key = `${log} ${id}`;
    const by = this.placed(id, log);
    const found = this.#colourings.get(key) ?? colouring(by, this.runs.length, this.theme.dark);
    this.#colourings.set(key, found);
    return found;
  }

  // --- view --------------------------------------------------------------------------------

  /** Arranges the view anew, here at once and in Python soon. */
  patch(change: Change): void {
    this.view = merged(this.view, change) as View;
    this.#send(change);
    for (const part of Object.keys(change)) this.tell(part as keyof View);
  }

  /** Brushes an axis; an empty brush takes it away. */
  brush(id: string, brush: Brush): void {
    this.#note({ [id]: brush });
    this.#choose(this.#brushes ? this.#within() : new Uint8Array(this.runs.length));
  }

  #note(brushes: Record<string, Brush>): void {
    const change = { parallel: { brushes } };
    this.view = merged(this.view, change) as View;
    for (const [id, brush] of Object.entries(brushes))
      if (!brush.length) delete this.view.parallel.brushes[id];
    this.#send(change);
    this.tell("brushes");
  }

  #within(): Uint8Array<ArrayBuffer> {
    const { brushes, log } = this.view.parallel;
    return brushed(this.runs.length, brushes, (id) => this.placed(id, log.includes(id)));
  }

  get #brushes(): boolean {
    return Object.keys(this.view.parallel.brushes).length > 0;
  }

  #dropBrushes(): void {
    const ids = Object.keys(this.view.parallel.brushes);
    if (ids.length) this.#note(Object.fromEntries(ids.map((id) => [id, []])));
  }

  #send(change: Change): void {
    if (this.frozen) return;
    this.#unsent = merged(this.#unsent ?? {}, change) as Change;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), SENT);
  }

  async #flush(): Promise<void> {
    if (this.#sending || !this.#unsent) return;
    const patch = this.#unsent;
    this.#unsent = undefined;
    this.#sending = true;
    await this.#tellPython("arrange", { patch });
    this.#sending = false;
    if (this.#unsent) void this.#flush();
  }

  /** Asks Python; what it has against it is said above the plots, and undefined returned. */
  async #ask<T>(command: string, args?: Record<string, unknown>): Promise<Reply<T> | undefined> {
    try {
      const reply = await this.panel.ask<T>(command, args);
      this.#complain("");
      return reply;
    } catch (error) {
      this.#complain((error as Error).message);
      return undefined;
    }
  }

  async #tellPython(command: string, args: Record<string, unknown>): Promise<void> {
    if (await this.#ask(command, args)) this.panel.settle();
  }

  // --- selection ---------------------------------------------------------------------------

  /** Selects runs by brushing an axis. */
  #choose(selected: Uint8Array<ArrayBuffer>): void {
    this.#take(selected);
    this.#mine = this.runs.ids.filter((_, i) => selected[i]);
    this.panel.select(this.#mine);
    this.tell("selected");
  }

  /** Selects runs otherwise than by the axes' brushes, which end with that. */
  select(runs: Iterable<number>): void {
    const selected = new Uint8Array(this.runs.length);
    for (const run of runs) selected[run] = 1;
    this.#dropBrushes();
    this.#choose(selected);
  }

  /** Selects one run alone, or takes it in or out. */
  toggle(run: number, more: boolean): void {
    const kept = more ? [...this.selected.keys()].filter((i) => this.selected[i]) : [];
    const had = this.selected[run] === 1 && (more || this.count === 1);
    this.select(had ? kept.filter((i) => i !== run) : [...kept, run]);
  }

  /** Compares only the selected runs from now on, or all of them again. */
  async keep(all: boolean): Promise<void> {
    const ids = all ? null : this.runs.ids.filter((_, i) => this.selected[i]);
    await this.#tellPython("keep", { ids });
  }

  hover(run: number): void {
    if (run === this.hovered) return;
    this.hovered = run;
    this.tell("hover");
  }

  #take(selected: Uint8Array<ArrayBuffer>): void {
    this.selected = selected;
    this.count = selected.reduce((sum, on) => sum + on, 0);
  }

  #hearSelection(): void {
    const { selection, selectedBy, state } = this.panel;
    if (selection === this.#mine) return;
    const selected = this.#maskOf(selection);
    if (same(selected, this.selected)) return;
    this.#take(selected);
    // Another view of this very panel may have brushed; its brushes come by way of Python.
    if (selectedBy !== state.panel) this.#dropBrushes();
    this.tell("selected");
  }

  #maskOf(ids: string[]): Uint8Array<ArrayBuffer> {
    const selected = new Uint8Array(this.runs.length);
    for (const id of ids) {
      const place = this.runs.place(id);
      if (place !== undefined) selected[place] = 1;
    }
    return selected;
  }

  // --- what Python says --------------------------------------------------------------------

  /** Gets the runs, unless those here are still true. */
  async load(): Promise<void> {
    const { state } = this.panel;
    if (state.data === this.#seen) return;
    this.#seen = state.data;
    const reply = await this.#ask<ColumnsHeader>("data");
    if (reply) this.#takeRuns(new Runs(columnsOf(reply.result, reply.buffers)));
    else this.#seen = undefined; // to be asked again with the next news
  }

  #takeRuns(runs: Runs): void {
    this.runs = runs;
    this.loaded = true;
    this.hovered = -1;
    this.#rulers.clear();
    this.#colourings.clear();
    this.#reselect();
    this.tell("runs");
  }

  /** Brushes hold for runs that have come since; a selection from elsewhere ends them. */
  #reselect(): void {
    const { selection } = this.panel;
    const noted = this.#maskOf(selection);
    this.#take(noted);
    if (!this.#brushes) return;
    const within = this.#within();
    if (selection === this.#mine) this.#choose(within);
    else if (same(noted, within)) this.#mine = selection;
    else this.#dropBrushes();
  }

  #hearState(): void {
    const { state } = this.panel;
    const before = this.view;
    const others = differ([...this.#axes.values()], state.axes);
    this.#axes = new Map(state.axes.map((axis) => [axis.id, axis]));
    if (others) this.#rulers.clear();
    // What is on its way to Python is newer than what comes from there.
    if (!this.#unsent && !this.#sending) this.view = structuredClone(state.view);
    const loading = state.data !== this.#seen;
    if (loading) void this.load();
    this.tell("axes");
    if (others) this.#relook();
    for (const part of Object.keys(this.view) as (keyof View)[])
      if (differ(before[part], this.view[part])) this.tell(part);
    if (!loading && differ(before.parallel.brushes, this.view.parallel.brushes)) this.#rebrush();
  }

  /** Selects by brushes that came from Python. */
  #rebrush(): void {
    this.tell("brushes");
    const within = this.#brushes ? this.#within() : this.selected;
    if (!same(within, this.selected)) this.#choose(within);
  }

  #relook(): void {
    this.theme = themeOf(this.panel.root);
    this.#colourings.clear();
    this.tell("look");
  }
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((on, i) => on === other[i]);
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
