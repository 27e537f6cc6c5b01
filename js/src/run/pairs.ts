/** Names and values in a table that can be searched: params, tags, packages. */

import { fill, h } from "../dom";
import { get } from "./asking";
import type { Rows, RunPanel } from "./state";

const MANY = 12; // beyond it there is a box to search in

/** A table of rows, of which the state has the first; the others are asked for when they matter. */
export class Listing<T extends unknown[]> {
  readonly root = h("div", {});
  private readonly body = h("tbody", {});
  private readonly box: HTMLInputElement;
  private readonly more = h("div", { class: "sd-more" });
  private known: Rows<T> = { rows: [], total: 0 };

  constructor(
    private readonly panel: RunPanel,
    private readonly section: string,
    private readonly row: (row: T) => HTMLElement,
    head?: HTMLElement,
    private readonly drawn: (rows: T[], all: T[]) => void = () => undefined,
  ) {
    this.box = h("input", { type: "search", class: "sd-find", placeholder: `Find in ${section}` });
    this.box.setAttribute("aria-label", `Find in ${section}`);
    this.box.addEventListener("input", () => void this.search());
    const table = h("table", {}, head, this.body);
    this.root.append(
      this.box,
      h("div", { class: "sd-scroll sd-listing", tabIndex: 0 }, table),
      this.more,
    );
    this.listing.setAttribute("role", "region");
    this.listing.setAttribute("aria-label", section);
  }

  private get listing(): HTMLElement {
    return this.root.querySelector(".sd-listing") as HTMLElement;
  }

  /** Shows other rows. */
  show(known: Rows<T>): void {
    this.known = known;
    this.box.hidden = known.total <= MANY;
    this.draw();
    if (this.whole) void this.search();
  }

  /** Shows the rows of another run, of which the first are enough again. */
  begin(): void {
    this.whole = false;
    this.box.value = "";
  }
  private whole = false;

  /** Rows that have what is searched for in them. */
  private draw(): void {
    const asked = this.box.hidden ? "" : this.box.value.trim().toLowerCase();
    const { rows, total } = this.known;
    const found = rows.filter((row) => !asked || has(row, asked));
    fill(this.body, ...found.map((row) => this.row(row)));
    this.drawn(found, rows);
    if (rows.length < total) fill(this.more, this.rest());
    else
      fill(
        this.more,
        asked && !found.length ? h("p", { class: "sd-faint" }, "Nothing of that name.") : null,
      );
  }

  private rest(): HTMLElement {
    const { rows, total } = this.known;
    const text = `${rows.length.toLocaleString("en")} of ${total.toLocaleString("en")}: show all`;
    const button = h("button", { type: "button", class: "sd-plain" }, text);
    button.addEventListener("click", () => void this.search());
    return button;
  }

  /** Searches in all rows, or shows them all. */
  private async search(): Promise<void> {
    this.whole = true;
    if (this.known.rows.length < this.known.total) {
      const rows = await get<T[]>(this.panel, "rows", { section: this.section });
      if (rows) this.known = { rows, total: rows.length };
    }
    this.draw();
  }
}

function has(row: unknown[], asked: string): boolean {
  const texts = row.slice(0, 2).filter((text) => typeof text === "string");
  return texts.some((text) => text.toLowerCase().includes(asked));
}
