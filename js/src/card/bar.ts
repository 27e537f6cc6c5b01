/** How far a loop has come. */

import { h } from "../dom";
import { number } from "../format";
import { numberIn } from "../state";
import { soFar } from "./clock";
import { type Part, say } from "./kept";
import type { Bar } from "./state";

export function bar(): Part<Bar> {
  const filled = h("div", { class: "sd-card-filled" });
  const track = h(
    "div",
    { class: "sd-card-track", role: "progressbar", "aria-valuemin": "0" },
    filled,
  );
  const words = h("span", { class: "sd-card-words" });
  const element = h("div", { class: "sd-card-bar" }, track, words);
  return { element, show: (state) => show(state, { track, filled, words }) };
}

interface Elements {
  track: HTMLElement;
  filled: HTMLElement;
  words: HTMLElement;
}

function show(state: Bar, { track, filled, words }: Elements): void {
  const done = numberIn(state.done) ?? 0;
  const total = numberIn(state.total);
  const text = inWords(state, done, total);
  say(words, text);
  track.hidden = !total;
  if (!total) return;
  filled.style.width = `${Math.min(100, (100 * done) / total)}%`;
  track.setAttribute("aria-valuemax", String(total));
  track.setAttribute("aria-valuenow", String(done));
  track.setAttribute("aria-valuetext", text);
  track.setAttribute("aria-label", state.label || "progress");
}

function inWords(state: Bar, done: number, total: number | undefined): string {
  const count =
    total === undefined ? `${number(done)} done` : `${number(done)} of ${number(total)}`;
  const left = state.left === null ? "" : `${soFar(Math.ceil(state.left))} left`;
  return [state.label, count, left].filter(Boolean).join(" · ");
}
