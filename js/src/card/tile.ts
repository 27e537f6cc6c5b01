/** One metric: its last value, its best, and its curve. */

import { h } from "../dom";
import { number } from "../format";
import { type Cell, numberIn } from "../state";
import { curve } from "./curve";
import { type Part, say } from "./kept";
import type { Curve, Metric } from "./state";

interface Tile {
  key: string;
  value: string;
  /** Something that is not a number, where one was expected. */
  bad: boolean;
  about: string;
  curve: Curve | null;
}

export function metricTile(): Part<Metric> {
  const { element, show } = tile();
  return {
    element,
    show: (metric) =>
      show({
        key: metric.key,
        value: lastOf(metric.last),
        bad: !Number.isFinite(numberIn(metric.last) ?? Number.NaN),
        about: about(metric),
        curve: metric.curve,
      }),
  };
}

/** Whether a metric has gone anywhere yet; one value alone fills no tile. */
export function isCourse(metric: Metric): boolean {
  return metric.count > 1;
}

/** The best of a metric among the runs inside. */
export function bestTile(): Part<{ key: string; value: number; run: string; curve: Curve | null }> {
  const { element, show } = tile();
  return {
    element,
    show: ({ key, value, run, curve }) =>
      show({ key: `best ${key}`, value: number(value), bad: false, about: run, curve }),
  };
}

function tile(): Part<Tile> {
  const key = h("span", { class: "sd-card-key" });
  const value = h("span", { class: "sd-card-value" });
  const note = h("div", { class: "sd-card-about" });
  const line = curve();
  const head = h("div", { class: "sd-card-pair" }, key, value);
  const element = h("div", { class: "sd-card-tile", role: "listitem" }, head, line.element, note);
  return {
    element,
    show(state) {
      say(key, state.key);
      key.title = state.key;
      say(value, state.value);
      value.classList.toggle("sd-bad", state.bad);
      say(note, state.about);
      note.title = state.about;
      line.show(state.curve);
    },
  };
}

/** The last value as a person reads it. */
export function lastOf(last: Cell): string {
  if (typeof last === "object" && last !== null && "v" in last) return last.v;
  return number(numberIn(last));
}

function about(metric: Metric): string {
  const best = metric.best ? bestOf(metric.best) : "";
  const odd = metric.odd ? `${number(metric.odd)} not finite` : "";
  return [best, `${number(metric.count)} points`, odd].filter(Boolean).join(" · ");
}

function bestOf({ value, step }: { value: number; step: number }): string {
  return `best ${number(value)}${step ? ` at ${number(step)}` : ""}`;
}
