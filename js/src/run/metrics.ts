/** The metrics of a run: what each came to, and its curve. */

import { h } from "../dom";
import { line, number } from "../format";
import { type Cell, numberIn } from "../state";
import { Cards } from "./cards";
import { Listing } from "./pairs";
import { nothing, type Section, section } from "./section";
import { type MetricRow, type RunPanel, showing, words } from "./state";

/** Makes the section of metrics. */
export function metrics(panel: RunPanel): Section {
  const made = section(panel, "metrics", "Metrics");
  const empty = nothing("None.", 'shelduck.log_metric("rmse", 6.28)');
  const cards = new Cards(panel);
  const listing = new Listing<MetricRow>(panel, "metrics", rowOf, heads(), (rows, all) =>
    cards.show(rows, all),
  );
  made.body.append(empty, cards.root, listing.root);
  let shown = "";
  showing(
    panel,
    (state) => [state.metrics, state.run.id] as const,
    ([known, run]) => {
      made.count.textContent = known.total ? known.total.toLocaleString("en") : "";
      empty.hidden = known.total > 0;
      listing.root.hidden = !known.total;
      if (run !== shown) listing.begin();
      cards.renew(run);
      listing.show(known);
      shown = run;
    },
  );
  return made;
}

function heads(): HTMLElement {
  const head = (text: string, title = ""): HTMLElement =>
    h("th", { scope: "col", class: text ? "sd-num" : undefined, title }, text);
  const names = [head("last"), head("best", "The least where less is better, else the greatest")];
  return h("thead", {}, h("tr", {}, head(""), ...names, head("min"), head("max"), head("points")));
}

function rowOf(row: MetricRow): HTMLElement {
  const [key, points, last, lastStep, min, minStep, max, maxStep, less] = row;
  const best = less === null ? h("td") : less ? at(min, minStep) : at(max, maxStep);
  best.classList.add("sd-best");
  const cells =
    points === 1
      ? [at(last, null), h("td"), h("td"), h("td")]
      : [at(last, lastStep), best, at(min, minStep), at(max, maxStep)];
  const name = h("th", { scope: "row", title: key }, h("bdi", {}, line(key, 120)));
  return h("tr", {}, name, ...cells, h("td", { class: "sd-num sd-faint" }, number(points)));
}

/** A value, and the step it was at. */
function at(value: Cell, step: number | null): HTMLElement {
  const found = numberIn(value);
  const text = found === undefined ? words(value) : number(found);
  const where =
    step === null || value === null ? null : h("span", { class: "sd-faint" }, ` @ ${number(step)}`);
  return h("td", { class: "sd-num", title: found === undefined ? "" : String(found) }, text, where);
}
