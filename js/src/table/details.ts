/** What a run is, below its row: params, metrics, tags, note and error, and what to do with it. */

import { fill, h } from "../dom";
import { number } from "../format";
import { CommandError, type Panel } from "../panel";
import { type Cell, numberIn } from "../state";
import { type Actions, button } from "./actions";
import { textOf } from "./cells";
import type { Column, RunLine, TableState } from "./state";

interface Measure {
  key: string;
  last: Cell;
  best: Cell;
  min: Cell;
  max: Cell;
  count: number;
}

interface Details {
  name: string;
  error: string | null;
  note: string;
  about: string[];
  params: [string, Cell][];
  metrics: Measure[];
  tags: [string, Cell][];
}

const PLAIN = { kind: "param", type: "number" } as Column;

/** Makes the details of a run; they fill when Python has answered. */
export function detailsOf(
  panel: Panel<TableState>,
  line: RunLine,
  actions: Actions,
  close: () => void,
): HTMLElement {
  const body = h("div", { class: "sd-scroll sd-sections" }, "…");
  const element = h(
    "div",
    {
      class: "sd-details",
      role: "region",
      "aria-label": "details of the run",
      "data-run": line.id,
    },
    body,
  );
  element.addEventListener("keydown", (e) => {
    e.stopPropagation();
    if (e.key === "Escape") close();
  });
  panel
    .ask<Details>("details", { run: line.id })
    .then(({ result }) => fill(body, ...sections(panel, line, result, actions, close)))
    .catch((e) => fill(body, e instanceof CommandError ? e.message : String(e)));
  return element;
}

function sections(
  panel: Panel<TableState>,
  line: RunLine,
  run: Details,
  actions: Actions,
  close: () => void,
): HTMLElement[] {
  const pinned = panel.state.baseline?.id === line.id;
  const tools = h(
    "div",
    { class: "sd-line" },
    h("b", { class: "sd-cut", title: run.name }, run.name || line.id.slice(0, 8)),
    h("span", { class: "sd-faint sd-grow sd-cut" }, run.about.join(" · ")),
    button("Open", () => void actions.show(line.id)),
    button(pinned ? "Without a baseline" : "Make it the baseline", () =>
      actions.command("pin", { run: pinned ? null : line.id }),
    ),
    button("Copy id", () => void actions.clip(line.id).then((ok) => ok && actions.say("Copied."))),
    h("button", { type: "button", class: "sd-plain", "aria-label": "close", onclick: close }, "×"),
  );
  const error = run.error ? h("div", { class: "sd-bad sd-error" }, run.error) : null;
  const lists = h(
    "div",
    { class: "sd-lists" },
    list("Params", run.params),
    measures(run.metrics),
    list("Tags", run.tags),
    noteOf(line, run.note, actions),
  );
  return [tools, error, lists].filter((part): part is HTMLDivElement => part !== null);
}

function list(title: string, pairs: [string, Cell][]): HTMLElement {
  const rows = pairs.map(([key, value]) => {
    const text = textOf(PLAIN, value);
    return [h("dt", { title: key }, key), h("dd", { title: text }, text)];
  });
  const none = pairs.length ? null : h("div", { class: "sd-faint" }, "none");
  return h("section", {}, h("h4", {}, title), none, h("dl", {}, ...rows.flat()));
}

function measures(metrics: Measure[]): HTMLElement {
  const head = h(
    "tr",
    {},
    ...["", "last", "best", "min", "max", "points"].map((t) => h("th", {}, t)),
  );
  const rows = metrics.map((m) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", title: m.key }, m.key),
      ...[m.last, m.best, m.min, m.max].map((v) => h("td", {}, value(v))),
      h("td", {}, number(m.count)),
    ),
  );
  const table = metrics.length
    ? h("table", {}, h("tbody", {}, head, ...rows))
    : h("div", { class: "sd-faint" }, "none");
  return h("section", {}, h("h4", {}, "Metrics"), table);
}

function value(cell: Cell): string {
  const found = numberIn(cell);
  return found === undefined ? "–" : number(found);
}

function noteOf(line: RunLine, note: string, actions: Actions): HTMLElement {
  const box = h("textarea", { value: note, rows: 3, placeholder: "a note", "aria-label": "note" });
  box.addEventListener("change", () => actions.command("note", { run: line.id, text: box.value }));
  return h("section", {}, h("h4", {}, "Note"), box);
}
