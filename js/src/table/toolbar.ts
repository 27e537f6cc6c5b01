/** The line above the table: the filter, the columns, the groups, and what can be done. */

import { fill, h } from "../dom";
import { number, runsIn } from "../format";
import type { Panel } from "../panel";
import { type Actions, button } from "./actions";
import { openChooser } from "./chooser";
import type { Chosen } from "./chosen";
import { type Entry, menu } from "./popup";
import { linesOf, type TableState } from "./state";

export class Toolbar {
  readonly element = h("div", { class: "sd-toolbar", role: "toolbar", "aria-label": "run table" });
  readonly #count = h("span", { class: "sd-count sd-faint", role: "status" });
  readonly #columns: HTMLButtonElement;
  readonly #group = h("select", { "aria-label": "group by" });
  readonly #more: HTMLButtonElement;
  readonly #chosenPart = h("span", { class: "sd-chosen-part" });
  readonly #chosenCount = h("span", {});
  readonly #remove: HTMLButtonElement;
  readonly #compare: HTMLButtonElement;

  readonly #panel: Panel<TableState>;
  readonly #chosen: Chosen;
  readonly #actions: Actions;

  constructor(panel: Panel<TableState>, chosen: Chosen, actions: Actions, filter: HTMLElement) {
    this.#panel = panel;
    this.#chosen = chosen;
    this.#actions = actions;
    this.#columns = button("Columns", () => openChooser(panel, this.#columns, actions.command));
    this.#columns.setAttribute("aria-haspopup", "dialog");
    this.#more = button("⋯", () => menu(panel.root, this.#more, "more", this.#entries()));
    this.#more.setAttribute("aria-haspopup", "menu");
    this.#more.setAttribute("aria-label", "more");
    this.#compare = button("Compare", () => void actions.compare());
    this.#remove = button("Delete", () => this.#actions.remove(() => undefined));
    const tag: HTMLButtonElement = button("Tag", () => actions.tag(tag));
    fill(
      this.#chosenPart,
      this.#chosenCount,
      this.#compare,
      tag,
      this.#remove,
      button("Clear", () => chosen.none()),
    );
    this.#group.addEventListener("change", () => {
      actions.command("group", { by: this.#group.value || null });
    });
    const tools = h("span", { class: "sd-tools" }, this.#columns, this.#group, this.#more);
    this.element.append(filter, tools, this.#chosenPart, this.#count);
  }

  renew(): void {
    const { state } = this.#panel;
    this.element.classList.toggle("sd-frozen", !!state.frozen);
    this.#count.textContent = counted(state);
    this.#remove.textContent = state.trash ? "Restore" : "Delete";
    fill(
      this.#group,
      h("option", { value: "" }, "No groups"),
      ...state.groupable.map(({ id, label }) => h("option", { value: id }, `Group by ${label}`)),
    );
    this.#group.value = state.group ?? "";
  }

  reselect(): void {
    const { count } = this.#chosen;
    this.#chosenPart.classList.toggle("sd-away", count === 0);
    this.#chosenCount.textContent = `${number(count)} selected`;
    this.#compare.disabled = count < 2;
    this.#compare.title = count < 2 ? "Select two runs or more" : "Compare them";
  }

  #entries(): Entry[] {
    const [actions, chosen] = [this.#actions, this.#chosen];
    const { state } = this.#panel;
    const which = chosen.count ? runsIn(chosen.count) : "all";
    const only = chosen.count === 1 ? chosen.list()[0] : undefined;
    return [
      { text: `Copy ${which} as CSV`, act: () => void actions.copy("csv") },
      { text: `Copy ${which} as Markdown`, act: () => void actions.copy("markdown") },
      { text: "Copy as Python", act: () => void actions.python() },
      "line",
      {
        text: "Make it the baseline",
        disabled: !only,
        hint: only ? "" : "select one run",
        act: () => actions.command("pin", { run: only }),
      },
      ...(state.baseline
        ? [{ text: "Without a baseline", act: () => actions.command("pin", { run: null }) }]
        : []),
      "line",
      {
        text: "Select all that match",
        hint: "Ctrl+A",
        act: () => void chosen.all(),
      },
      {
        text: "Deleted runs",
        hint: number(state.count.deleted),
        checked: state.trash,
        act: () => actions.command("trashed", { shown: !state.trash }),
      },
    ];
  }
}

/** `345 of 12,345 runs` */
function counted(state: TableState): string {
  const { matching, total, constant } = state.count;
  const part = matching < total ? `${number(matching)} of ` : "";
  const what = state.trash ? `${runsIn(total)} in the trash` : runsIn(total);
  const hidden = constant && !state.constants ? ` · ${constant} constant columns hidden` : "";
  const lines = linesOf(state);
  const saved = lines < state.lines ? ` · the first ${number(lines)} saved here` : "";
  return part + what + hidden.replace(/^( · 1 constant column)s/, "$1") + saved;
}
