/** Which params explain a metric, and which way they push it. */

import { fill, h } from "../dom";
import { line, number } from "../format";
import { withLatest } from "./answers";
import type { Comparison } from "./comparison";
import { axisChoice } from "./controls";
import { Section } from "./section";
import type { ImportanceAnswer } from "./state";

const SURE = 0.1; // a correlation below it says nothing of a direction

export class Importance {
  readonly section: Section;
  private readonly bars = h("div", {
    class: "sd-bars",
    role: "table",
    "aria-label": "Importance of params",
  });
  private readonly latest = withLatest();
  private asked = "";

  constructor(private readonly comparison: Comparison) {
    this.section = new Section(comparison, "importance", "What explains the metric");
    this.section.body.append(this.bars);
    const metric = axisChoice(
      comparison,
      "metric",
      (id) => comparison.patch({ importance: { metric: id } }),
      {
        asks: true,
        which: ({ kind, type, id }) =>
          kind === "metric" || (type === "number" && id === "duration"),
      },
    );
    this.section.controls.append(metric.element);
    const show = (): void => metric.show(comparison.view.importance.metric);
    comparison.on(["importance", "axes"], show);
    show();
    this.section.draws(["importance", "runs"], () => void this.get());
  }

  private async get(): Promise<void> {
    const { comparison, section } = this;
    const { metric } = comparison.view.importance;
    if (section.instead(metric ? "" : "No metrics yet: log some with log_metric.") || !metric)
      return;
    const asked = JSON.stringify([metric, comparison.panel.state.data]);
    if (asked === this.asked) return;
    this.asked = asked;
    await this.latest(
      comparison.panel.ask<ImportanceAnswer>("importance", { metric }),
      ({ result }) => this.show(result, comparison.label(metric)),
      (message) => section.instead(message),
    );
  }

  private show(answer: ImportanceAnswer, metric: string): void {
    const { section } = this;
    const { method, runs, params, left_out, note } = answer;
    if (
      section.instead(params.length ? "" : note || "No param varies, so none can explain anything.")
    )
      return;
    const most = Math.max(...params.map(({ importance }) => importance), 1e-12);
    fill(this.bars, ...params.map((param) => this.bar(param, most, metric)));
    const out = left_out ? ` ${number(left_out)} left out: no number for it.` : "";
    section.say(`By ${method}, from ${number(runs)} runs.${out} ${note}`.trim());
  }

  private bar(
    { id, label, importance, direction }: ImportanceAnswer["params"][number],
    most: number,
    metric: string,
  ): HTMLElement {
    const share = Math.max(0, importance / most);
    const choose = (): void =>
      this.comparison.patch({ scatter: { x: id, logX: this.comparison.axis(id)?.log } });
    const name = h(
      "button",
      {
        type: "button",
        class: "sd-link",
        title: `${label}: draw it in the scatter`,
        onclick: choose,
      },
      line(label, 32),
    );
    return h(
      "div",
      { role: "row" },
      h("span", { role: "rowheader" }, name),
      h(
        "span",
        { role: "cell", class: "sd-track", "aria-hidden": "true" },
        h("i", { style: `width:${(share * 100).toFixed(1)}%` }),
      ),
      h("span", { role: "cell", class: "sd-num" }, number(importance, 3)),
      h("span", { role: "cell", class: "sd-faint" }, directionText(direction, metric)),
    );
  }
}

/** What more of a param does to the metric. */
export function directionText(direction: number | null, metric: string): string {
  if (direction === null) return "";
  if (Math.abs(direction) < SURE) return "no clear direction";
  return `${direction > 0 ? "▲ raises" : "▼ lowers"} ${line(metric, 16)}`;
}
