/** Which runs are selected, and what a click or a key makes of that. */

import type { Panel } from "../panel";
import type { Pages } from "./pages";
import { isGroup, linesOf, type TableState } from "./state";

const HERE = 2000; // lines that are looked at one by one

export class Chosen {
  #ids: Set<string>;
  #anchor = 0;

  readonly #panel: Panel<TableState>;
  readonly #pages: Pages;

  readonly #complain: (error: unknown) => void;

  constructor(panel: Panel<TableState>, pages: Pages, complain: (error: unknown) => void) {
    this.#complain = complain;
    this.#panel = panel;
    this.#pages = pages;
    this.#ids = new Set(panel.selection);
    panel.on("selection", () => {
      this.#ids = new Set(panel.selection);
    });
  }

  get count(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  list(): string[] {
    return [...this.#ids];
  }

  /** Selects the line alone. */
  only(index: number): void {
    this.#anchor = index;
    this.#set(this.#idsAt(index));
  }

  /** Adds the line to the selection, or takes it out. */
  toggle(index: number): void {
    this.#anchor = index;
    const ids = this.#idsAt(index);
    const next = new Set(this.#ids);
    for (const id of ids) next.has(id) ? next.delete(id) : next.add(id);
    this.#set([...next]);
  }

  /** Selects from the line that was selected last to this one. */
  async extend(index: number): Promise<void> {
    const [from, to] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index)];
    this.#set(await this.#between(from, to + 1));
  }

  /** Selects every run that matches. */
  async all(): Promise<void> {
    const { frozen, lines } = this.#panel.state;
    this.#set(frozen ? await this.#between(0, lines) : await this.#asked({}));
  }

  none(): void {
    this.#set([]);
  }

  #set(ids: string[] | undefined): void {
    if (ids) this.#panel.select(ids);
  }

  #idsAt(index: number): string[] {
    const line = this.#pages.line(index);
    return line && !isGroup(line) ? [line.id] : [];
  }

  /** The runs from one line to another, asked for where they are not all here. */
  async #between(start: number, end: number): Promise<string[] | undefined> {
    const lines = Array.from({ length: Math.min(end - start, HERE) }, (_, i) =>
      this.#pages.line(start + i),
    );
    const here = end - start === lines.length && lines.every((l) => l && !(isGroup(l) && !l.open));
    if (!here && !this.#panel.state.frozen) return this.#asked({ start, end });
    return lines.flatMap((line) => (line && !isGroup(line) ? line.id : []));
  }

  async #asked(args: Record<string, unknown>): Promise<string[] | undefined> {
    try {
      return (await this.#panel.ask<string[]>("ids", args)).result;
    } catch (e) {
      this.#complain(e);
      return undefined;
    }
  }

  /** Whether every run on show is selected. */
  get isAll(): boolean {
    const { state } = this.#panel;
    return this.count > 0 && this.count >= Math.min(state.count.matching, linesOf(state));
  }
}
