/** The chooser of columns: a list to search in, with what each column is. */

import { debounced, fill, h } from "../dom";
import { number } from "../format";
import type { Panel } from "../panel";
import { button } from "./actions";
import { open } from "./popup";
import type { TableState } from "./state";

interface Choice {
  id: string;
  label: string;
  kind: string;
  /** How many runs have it. */
  count: number;
  constant: boolean;
  shown: boolean;
}

interface Choices {
  items: Choice[];
  more: number;
}

type Command = (name: string, args: Record<string, unknown>) => void;

/** Opens the chooser below a button. */
export function openChooser(panel: Panel<TableState>, at: HTMLElement, command: Command): void {
  const search = h("input", {
    type: "search",
    placeholder: "search columns",
    "aria-label": "search columns",
    spellcheck: false,
  });
  const list = h("div", { class: "sd-scroll sd-choices", role: "group", "aria-label": "columns" });
  const constants = h("div", { class: "sd-line" });
  const box = h(
    "div",
    {
      class: "sd-chooser",
      role: "dialog",
      "aria-label": "columns",
      "data-lm-suppress-shortcuts": "true",
    },
    search,
    list,
    constants,
  );
  const close = open(panel.root, at, box);
  const show = async (): Promise<void> => {
    try {
      const { result } = await panel.ask<Choices>("choices", { text: search.value });
      fill(list, ...listed(panel, result, command));
    } catch (e) {
      list.textContent = (e as Error).message;
    }
    fill(constants, ...switches(panel, command, close));
  };
  search.addEventListener(
    "input",
    debounced(60, () => void show()),
  );
  box.addEventListener("keydown", (e) => walk(e, box));
  void show();
  search.focus();
}

function listed(
  panel: Panel<TableState>,
  { items, more }: Choices,
  command: Command,
): HTMLElement[] {
  if (!items.length) return [h("div", { class: "sd-faint" }, "No column is called so.")];
  const rows = items.map((item, i) => {
    const first = item.kind !== items[i - 1]?.kind;
    return [
      first ? h("div", { class: "sd-kind" }, KINDS[item.kind] ?? item.kind) : null,
      choice(panel, item, command),
    ];
  });
  const rest = more
    ? h("div", { class: "sd-faint" }, `${number(more)} more: search for them`)
    : null;
  return [...rows.flat(), rest].filter((row): row is HTMLDivElement => row !== null);
}

const KINDS: Record<string, string> = {
  metric: "Metrics",
  param: "Params",
  tag: "Tags",
  attribute: "The run",
};

function choice(panel: Panel<TableState>, item: Choice, command: Command): HTMLElement {
  const box = h("input", { type: "checkbox", checked: item.shown });
  box.addEventListener("change", () => {
    command(box.checked ? "show_column" : "hide", { column: item.id });
    panel.settle();
  });
  const note = item.constant ? "constant" : number(item.count);
  return h(
    "label",
    { class: "sd-choice", title: item.id },
    box,
    h("span", { class: "sd-grow" }, item.label),
    h("span", { class: "sd-faint" }, item.kind === "attribute" ? "" : note),
  );
}

function switches(panel: Panel<TableState>, command: Command, close: () => void): HTMLElement[] {
  const { count, constants } = panel.state;
  const box = h("input", { type: "checkbox", checked: constants });
  box.addEventListener("change", () => command("constant", { shown: box.checked }));
  const reset = button("Reset", () => {
    command("reset", {});
    close();
  });
  return [
    h("label", { class: "sd-choice sd-grow" }, box, `Constant columns (${count.constant})`),
    reset,
  ];
}

/** Up and down go through the boxes, as in a list. */
function walk(e: KeyboardEvent, box: HTMLElement): void {
  if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
  const all = [...box.querySelectorAll<HTMLInputElement>("input")];
  const at = all.indexOf(document.activeElement as HTMLInputElement);
  all[(at + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]?.focus();
  e.preventDefault();
}
