/** The tags of a run, to be changed in place. */

import { h } from "../dom";
import { line } from "../format";
import { act, get } from "./asking";
import { editable, isEditing } from "./editing";
import { Listing } from "./pairs";
import { valueIn } from "./params";
import { nothing, type Section, section } from "./section";
import { type Pair, type RunPanel, showing } from "./state";

/** Makes the section of tags. */
export function tags(panel: RunPanel): Section {
  const made = section(panel, "tags", "Tags");
  const listing = new Listing<Pair>(panel, "tags", (pair) => rowOf(panel, pair, ended));
  const ended = (): void => listing.show(panel.state.tags);
  const empty = nothing("None yet.");
  made.body.append(listing.root, empty, ...(panel.state.frozen ? [] : [adding(panel)]));
  let shown = "";
  showing(
    panel,
    (state) => [state.tags, state.run.id] as const,
    ([known, run]) => {
      made.count.textContent = known.total ? known.total.toLocaleString("en") : "";
      listing.root.hidden = !known.total;
      empty.hidden = known.total > 0;
      if (run !== shown) listing.begin();
      if (run !== shown || !isEditing(listing.root)) listing.show(known);
      shown = run;
    },
  );
  return made;
}

function rowOf(panel: RunPanel, [key, text, , cut]: Pair, ended: () => void): HTMLElement {
  const name = h("th", { scope: "row", title: key }, h("bdi", {}, line(key, 120)));
  if (panel.state.frozen)
    return h(
      "tr",
      {},
      name,
      h("td", { class: "sd-value" }, valueIn(panel, "tags", key, text, cut)),
    );
  const whole = async (): Promise<string | undefined> =>
    cut ? get<string>(panel, "whole", { section: "tags", key }) : text;
  const keep = async (value: string): Promise<void> => {
    if (!(await act(panel, "tag", { key, value }))) ended();
  };
  const value = editable(text || "''", "Change the tag (F2)", whole, keep, ended);
  const remove = h("button", { type: "button", class: "sd-plain", title: "Remove the tag" }, "×");
  remove.setAttribute("aria-label", `Remove the tag ${line(key)}`);
  remove.addEventListener("click", () => void act(panel, "untag", { key }));
  return h(
    "tr",
    {},
    name,
    h("td", { class: "sd-value" }, value),
    h("td", { class: "sd-num" }, remove),
  );
}

function adding(panel: RunPanel): HTMLElement {
  const box = (label: string): HTMLInputElement => {
    const input = h("input", { type: "text", placeholder: label });
    input.setAttribute("aria-label", `New tag: ${label}`);
    return input;
  };
  const [key, value] = [box("name"), box("value")];
  const form = h(
    "form",
    { class: "sd-adding" },
    key,
    value,
    h("button", { type: "submit" }, "Add"),
  );
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if (!(await act(panel, "tag", { key: key.value, value: value.value }))) return;
    key.value = value.value = "";
    key.focus();
  });
  return form;
}
