/** What differs between the chosen runs, and nothing else. */

import { debounced, fill, h } from "../dom";
import { difference, line, number } from "../format";
import { type Cell, numberIn } from "../state";
import { withLatest } from "./answers";
import type { Comparison } from "./comparison";
import { Section } from "./section";
import type { DifferencesAnswer } from "./state";

const MOST = 10; // runs beside each other
const QUIET = 250; // ms without another selection
const LONGEST = 60; // characters of a value

export class Differences {
  readonly section: Section;
  private readonly latest = withLatest();
  private asked = "";

  constructor(private readonly comparison: Comparison) {
    this.section = new Section(comparison, "differences", "Differences");
    const getSoon = debounced(QUIET, () => {
      if (this.section.open && comparison.loaded) void this.get();
    });
    comparison.on("selected", getSoon);
    this.section.draws(["runs", "closed"], () => void this.get());
  }

  /** The selected runs; all, when they are few. */
  private get chosen(): string[] {
    const { comparison } = this;
    const { ids } = comparison.runs;
    const runs = comparison.count ? comparison.chosen() : ids.length <= MOST ? [...ids.keys()] : [];
    return runs.slice(0, MOST).map((i) => ids[i] as string);
  }

  private async get(): Promise<void> {
    const { comparison, section } = this;
    const { chosen } = this;
    if (
      section.instead(
        chosen.length > 1 ? "" : "Select two runs or more to see what differs between them.",
      )
    ) {
      this.asked = "";
      return;
    }
    const asked = JSON.stringify([chosen, comparison.panel.state.data]);
    if (asked === this.asked) return;
    this.asked = asked;
    await this.latest(
      comparison.panel.ask<DifferencesAnswer>("differences", {
        ids: comparison.frozen ? null : chosen,
      }),
      ({ result }) => this.show(result),
      (message) => section.instead(message),
    );
  }

  private show(answer: DifferencesAnswer): void {
    const { section, comparison } = this;
    section.instead("");
    fill(
      section.body,
      h(
        "div",
        { class: "sd-scroll", tabIndex: 0, role: "region", "aria-label": "Differences" },
        table(answer),
      ),
      answer.source && source(answer.source),
    );
    const same = answer.sections.filter((s) => s.same).map((s) => `${number(s.same)} ${s.title}`);
    const cut =
      comparison.count > MOST ? `${MOST} of ${number(comparison.count)} selected runs shown. ` : "";
    section.say(`${cut}${same.length ? `The same in all, hidden: ${same.join(", ")}.` : ""}`);
  }
}

function table({ runs, sections }: DifferencesAnswer): HTMLElement {
  const heads = runs.map(({ name, id }) =>
    h("th", { scope: "col", title: `${name} (${id})` }, line(name, 28)),
  );
  const parts = sections
    .filter(({ rows }) => rows.length)
    .map(({ title, rows }) =>
      h(
        "tbody",
        {},
        h(
          "tr",
          { class: "sd-group" },
          h("th", { colSpan: runs.length + 1, scope: "rowgroup" }, title),
        ),
        ...rows.map(({ key, cells }) => row(key, cells)),
      ),
    );
  const same = h(
    "tr",
    {},
    h("td", { colSpan: runs.length + 1, class: "sd-faint" }, "No difference."),
  );
  return h(
    "table",
    { class: "sd-differences" },
    h("thead", {}, h("tr", {}, h("td", {}), ...heads)),
    ...(parts.length ? parts : [h("tbody", {}, same)]),
  );
}

/** A row; what is unlike the first run's is emphasised. */
function row(key: string, cells: Cell[]): HTMLElement {
  const first = cells[0] ?? null;
  const shown = cells.map((cell) => {
    const other = JSON.stringify(cell) !== JSON.stringify(first);
    const cls = `${typeof cell === "number" ? "sd-num" : ""} ${other ? "sd-other" : ""}`;
    return h("td", { class: cls, title: whole(cell, first) }, cellText(cell));
  });
  return h("tr", {}, h("th", { scope: "row", title: key }, line(key, 40)), ...shown);
}

function whole(cell: Cell, first: Cell): string {
  const [now, then] = [numberIn(cell), numberIn(first)];
  if (now === undefined || then === undefined || now === then) return String(plain(cell));
  return `${now} · ${difference(now, then)} to the first`;
}

export function cellText(cell: Cell): string {
  if (cell === null) return "–";
  const value = numberIn(cell);
  return value === undefined ? line(String(plain(cell)), LONGEST) || "''" : number(value, 5);
}

function plain(cell: Cell): string | number | boolean {
  if (cell === null) return "none";
  if (typeof cell !== "object") return cell;
  return "f" in cell ? cell.f : cell.v;
}

const KINDS: Record<string, string> = { "+": "sd-added", "-": "sd-removed", "@": "sd-faint" };

function source({ same, lines, between }: NonNullable<DifferencesAnswer["source"]>): HTMLElement {
  const [from, to] = between.map((name) => line(name, 28));
  if (same) return h("p", { class: "sd-faint" }, `The source of ${from} and ${to} is the same.`);
  const rows = lines.map(([mark, text]) =>
    h("div", { class: KINDS[mark] ?? "" }, `${mark === "@" ? "" : `${mark} `}${text}`),
  );
  const title = h("summary", {}, `Source, from ${from} to ${to}`);
  return h(
    "details",
    { open: true },
    title,
    h("pre", { class: "sd-scroll", tabIndex: 0 }, ...rows),
  );
}
