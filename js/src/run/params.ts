/** The params of a run, as typed. */

import { h } from "../dom";
import { line } from "../format";
import { get } from "./asking";
import { copyButton } from "./copying";
import { Listing } from "./pairs";
import { nothing, type Section, section } from "./section";
import { type Pair, type RunPanel, showing } from "./state";

/** Makes the section of params. */
export function params(panel: RunPanel): Section {
  const made = section(panel, "params", "Params");
  const listing = new Listing<Pair>(panel, "params", (pair) => rowOf(panel, pair));
  const empty = nothing("None.", 'shelduck.log_params({"alpha": 0.1})');
  made.body.append(listing.root, empty);
  const copy = copyButton("Copy the params as Python", () => get<string>(panel, "params"));
  made.tools.append(copy);
  let shown = "";
  showing(
    panel,
    (state) => [state.params, state.run.id] as const,
    ([known, run]) => {
      if (run !== shown) listing.begin();
      shown = run;
      made.count.textContent = known.total ? known.total.toLocaleString("en") : "";
      listing.root.hidden = copy.hidden = !known.total;
      empty.hidden = known.total > 0;
      listing.show(known);
    },
  );
  return made;
}

function rowOf(panel: RunPanel, [key, text, type, cut]: Pair): HTMLElement {
  const name = h("th", { scope: "row", title: key }, h("bdi", {}, line(key, 120)));
  const kind = h("td", { class: "sd-faint sd-type" }, type === "NoneType" ? "" : type);
  return h(
    "tr",
    {},
    name,
    h("td", { class: "sd-value" }, valueIn(panel, "params", key, text, cut)),
    kind,
  );
}

/** A value in a line; of a long one there is a button that shows all of it. */
export function valueIn(
  panel: RunPanel,
  of: string,
  key: string,
  text: string,
  cut: boolean,
): HTMLElement {
  const shown = h("bdi", { title: cut ? undefined : text }, text === "" ? "''" : text);
  if (!cut) return shown;
  const button = h("button", { type: "button", class: "sd-plain sd-whole" }, "show all");
  button.addEventListener("click", async () => {
    const whole = await get<string>(panel, "whole", { section: of, key });
    if (whole !== undefined)
      place.replaceChildren(h("pre", { class: "sd-scroll sd-long", tabIndex: 0 }, whole));
  });
  const place = h("span", { class: "sd-cut" }, shown, button);
  return place;
}
