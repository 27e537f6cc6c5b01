/** What differs between the chosen runs, and nothing else. */

import { debounced, fill, h } from "../dom";
import { difference, line, number, typed } from "../format";
import { type Cell, numberIn } from "../state";
import { asker } from "./answers";
import type { Comparison } from "./comparison";
import { div } from "./elements";
import { type Section, section } from "./section";
import type { DifferencesAnswer } from "./state";

const MOST = 10; // runs beside each other
const QUIET = 250; // ms without another selection
const LONGEST = 60; // characters of a value

export function differences(comparison: Comparison): Section {
  const part = section(comparison, "differences", "Differences");
  const show = (answer: DifferencesAnswer): void => {
    part.instead("");
    const scroller = h("div", { class: "sd-scroll", tabIndex: 0, role: "region" }, table(answer));
    scroller.ariaLabel = part.element.ariaLabel;
    fill(part.body, scroller, answer.source && source(answer.source));
    const same = answer.sections.filter((s) => s.same).map((s) => `${s.title} (${number(s.same)})`);
    const { count } = comparison;
    part.say(
      count > MOST && `${MOST} of ${number(count)} selected runs shown. `,
      same.length > 0 && `The same in all, hidden: ${same.join(", ")}.`,
    );
  };
  const ask = asker<DifferencesAnswer>(
    comparison,
    "differences",
    ({ result }) => show(result),
    part.instead,
  );
  const get = (): void => {
    const ids = chosen(comparison);
    const few = ids.length < 2;
    part.instead(few ? "Select two runs or more to see what differs between them." : "");
    if (!few) void ask({ ids: comparison.frozen ? null : ids });
  };
  const soon = part.draws(["runs"], get);
  comparison.on("selected", debounced(QUIET, soon));
  return part;
}

/** The selected runs; all, when they are few. */
function chosen({ count, runs: { ids }, selected }: Comparison): string[] {
  if (!count && ids.length > MOST) return [];
  return ids.filter((_, i) => !count || selected[i]).slice(0, MOST);
}

function table({ runs, sections }: DifferencesAnswer): HTMLElement {
  const across = { colSpan: runs.length + 1 };
  const heads = runs.map(({ name, id }) =>
    h("th", { scope: "col", title: `${name} (${id})` }, line(name, 28)),
  );
  const parts = sections
    .filter(({ rows }) => rows.length)
    .map(({ title, rows }) => {
      const group = h(
        "tr",
        { class: "sd-group" },
        h("th", { ...across, scope: "rowgroup" }, title),
      );
      return h("tbody", {}, group, ...rows.map(({ key, cells }) => row(key, cells)));
    });
  if (!parts.length) parts.push(h("tbody", {}, h("tr", {}, h("td", across, "No difference."))));
  const head = h("thead", {}, h("tr", {}, h("td"), ...heads));
  return h("table", {}, head, ...parts);
}

/** A row; what is unlike the first run's is emphasised. */
function row(key: string, cells: Cell[]): HTMLElement {
  const first = cells[0] ?? null;
  const shown = cells.map((cell) => {
    const other = JSON.stringify(cell) !== JSON.stringify(first) ? "sd-other" : "";
    const name = numberIn(cell) === undefined ? other : `sd-num ${other}`;
    return h("td", { class: name, title: whole(cell, first) }, cellText(cell));
  });
  return h("tr", {}, h("th", { scope: "row", title: key }, line(key, 40)), ...shown);
}

function whole(cell: Cell, first: Cell): string {
  const [now, then] = [numberIn(cell), numberIn(first)];
  if (now === undefined || then === undefined || now === then) return plain(cell);
  return `${now} · ${difference(now, then)} to the first`;
}

function cellText(cell: Cell): string {
  if (cell === null) return "–";
  const value = numberIn(cell);
  return value === undefined ? line(plain(cell), LONGEST) || "''" : typed(value);
}

function plain(cell: Cell): string {
  if (cell === null) return "none";
  if (typeof cell === "boolean") return cell ? "True" : "False";
  if (typeof cell !== "object") return String(cell);
  return "f" in cell ? cell.f : cell.v;
}

const KINDS: Record<string, string> = { "+": "sd-added", "-": "sd-removed", "@": "sd-faint" };

function source({ same, lines, between }: NonNullable<DifferencesAnswer["source"]>): HTMLElement {
  const names = between.map((name) => line(name, 28));
  if (same)
    return h("p", { class: "sd-faint" }, `The source of ${names.join(" and ")} is the same.`);
  const rows = lines.map(([mark, text]) =>
    div(KINDS[mark] ?? "", `${mark === "@" ? "" : `${mark} `}${text}`),
  );
  const title = h("summary", {}, `Source, from ${names.join(" to ")}`);
  return h(
    "details",
    { open: true },
    title,
    h("pre", { class: "sd-scroll", tabIndex: 0 }, ...rows),
  );
}
