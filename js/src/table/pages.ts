/** The lines of the table that are here, and those that are on their way. */

import type { Panel } from "../panel";
import type { Line, TableState } from "./state";

const SIZE = 200; // lines a page
const KEPT = 15; // pages; beyond them the farthest are dropped
const ASKED = 4; // pages on their way at once: where one scrolls fast, the others are not waited for
const AHEAD = 2; // when the next one is only a neighbour

export class Pages {
  #pages = new Map<number, Line[]>();
  #stale = new Map<number, Line[]>();
  readonly #asked = new Set<number>();
  #columns = "";
  #revision = -1;
  #at = 0;

  readonly #panel: Panel<TableState>;
  readonly #arrived: () => void;

  constructor(panel: Panel<TableState>, arrived: () => void) {
    this.#panel = panel;
    this.#arrived = arrived;
  }

  /** The line at a place; undefined while it is on its way. */
  line(index: number): Line | undefined {
    const first = this.#panel.state.first[index];
    if (first) return first;
    const [page, place] = [Math.floor(index / SIZE), index % SIZE];
    return this.#pages.get(page)?.[place] ?? this.#stale.get(page)?.[place];
  }

  /** Forgets what was shown before; until the new lines come, the old ones stand in for them. */
  renew(): void {
    const { revision, columns } = this.#panel.state;
    if (revision === this.#revision) return;
    const ids = columns.map((c) => c.id).join("\n");
    this.#stale = ids === this.#columns ? new Map([...this.#stale, ...this.#pages]) : new Map();
    this.#pages = new Map();
    this.#asked.clear();
    this.#columns = ids;
    this.#revision = revision;
  }

  /** Lets go of the old lines too: in another order they would be wrong. */
  forget(): void {
    this.#stale.clear();
  }

  /** Asks for the pages of these lines, then for their neighbours in the direction of scrolling. */
  want(from: number, to: number, lines: number): void {
    const last = Math.floor(Math.max(0, lines - 1) / SIZE);
    const [a, b] = [Math.floor(from / SIZE), Math.min(last, Math.floor(to / SIZE))];
    const down = a >= this.#at;
    this.#at = a;
    const near = down ? [b + 1, b + 2, a - 1] : [a - 1, a - 2, b + 1];
    for (const page of [a, b]) this.#ask(page, lines, ASKED);
    for (const page of near) if (page >= 0 && page <= last) this.#ask(page, lines, AHEAD);
  }

  #ask(page: number, lines: number, most: number): void {
    if (this.#pages.has(page) || this.#asked.has(page) || this.#asked.size >= most) return;
    if (page === 0 && this.#panel.state.first.length >= lines) return;
    this.#asked.add(page);
    const revision = this.#revision;
    this.#panel
      .ask<Line[]>("page", { start: page * SIZE, count: SIZE })
      .then(({ result }) => this.#take(page, result, revision))
      .catch(() => this.#asked.delete(page)); // asked again when it is wanted again
  }

  #take(page: number, lines: Line[], revision: number): void {
    if (revision !== this.#revision) return;
    this.#asked.delete(page);
    this.#pages.set(page, lines);
    this.#stale.delete(page);
    if (this.#pages.size > KEPT) this.#drop();
    this.#arrived();
  }

  #drop(): void {
    const far = [...this.#pages.keys()].sort(
      (a, b) => Math.abs(b - this.#at) - Math.abs(a - this.#at),
    );
    for (const page of far.slice(0, this.#pages.size - KEPT)) this.#pages.delete(page);
  }
}
