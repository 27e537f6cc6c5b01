/** Which params explain a metric, and which way they push it. */

import { fill, h } from "../dom";
import { line, number, runsIn } from "../format";
import { asker } from "./answers";
import type { Comparison } from "./comparison";
import { controlsOf, isMeasure } from "./controls";
import { button, div } from "./elements";
import { type Section, section } from "./section";
import type { ImportanceAnswer } from "./state";

const SURE = 0.1; // a correlation below it says nothing of a direction

type Param = ImportanceAnswer["params"][number];

export function importance(comparison: Comparison): Section {
  const part = section(comparison, "importance", "What explains the metric");
  const bars = h("div", {
    class: "sd-bars sd-scroll",
    role: "table",
    "aria-label": part.element.ariaLabel,
  });
  part.body.append(bars);
  const metric = (): string => comparison.label(comparison.view.importance.metric);
  const show = ({ method, runs, params, left_out, note }: ImportanceAnswer): void => {
    const none = note || "No param varies, so none can explain anything.";
    if (part.instead(params.length ? "" : none)) return;
    const most = Math.max(...params.map((param) => param.importance), 1e-12);
    fill(bars, ...params.map((param) => bar(comparison, param, most, metric())));
    const out = left_out ? ` ${number(left_out)} left out: no number for it.` : "";
    part.say(
      `By ${method}, from ${runsIn(runs)}.${out} ${note[0]?.toUpperCase() ?? ""}${note.slice(1)}`,
    );
  };
  const ask = asker<ImportanceAnswer>(
    comparison,
    "importance",
    ({ result }) => show(result),
    part.instead,
  );
  controlsOf(comparison, "importance", part.controls).axis("metric", "metric", {
    asks: true,
    which: isMeasure,
  });
  part.draws(["importance", "runs"], () => {
    const { metric } = comparison.view.importance;
    if (metric) void ask({ metric });
    else part.instead("No metrics yet: log some with log_metric.");
  });
  return part;
}

function bar(comparison: Comparison, param: Param, most: number, metric: string): HTMLElement {
  const { id, label, importance, direction } = param;
  const draw = (): void => comparison.patch({ scatter: { x: id, logX: comparison.axis(id)?.log } });
  const name = button(line(label, 32), `${label}: draw it in the scatter`, draw, "sd-link");
  const width = `width:${Math.max(0, (importance / most) * 100).toFixed(1)}%`;
  const cell = (cls: string, child: string | Node): HTMLElement =>
    h("span", { role: "cell", class: cls }, child);
  const row = div("", cell("", name), cell("sd-track", h("i", { style: width })));
  row.append(
    cell("sd-num", number(importance, 3)),
    cell("sd-faint", directionText(direction, metric)),
  );
  row.role = "row";
  return row;
}

/** What more of a param does to the metric. */
function directionText(direction: number | null, metric: string): string {
  if (direction === null) return "";
  if (Math.abs(direction) < SURE) return "no clear direction";
  return `${direction > 0 ? "▲ raises" : "▼ lowers"} ${line(metric, 16)}`;
}
