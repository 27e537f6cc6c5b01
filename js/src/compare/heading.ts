/** The line above the plots: what is compared, and how much of it is selected. */

import { debounced, h } from "../dom";
import { line, number } from "../format";
import type { Comparison } from "./comparison";
import { asksPython } from "./controls";

const QUIET = 500; // ms without another selection, after which a screen reader is told

export function heading(comparison: Comparison): HTMLElement {
  const { panel } = comparison;
  const title = h("b", { class: "sd-title" });
  const about = h("span", { class: "sd-faint" });
  const count = h("span", { class: "sd-count" });
  const told = h("span", { class: "sd-hidden", role: "status", "aria-live": "polite" });
  const clear = h("button", { type: "button", onclick: () => comparison.select([]) }, "Clear");
  const keep = h("button", { type: "button", onclick: () => void comparison.keep() }, "Keep only");
  const all = h("button", { type: "button", onclick: () => void comparison.keepAll() }, "Show all");
  for (const button of [keep, all]) asksPython(comparison, button);
  const trouble = h("span", { class: "sd-bad", role: "alert" });
  const tell = debounced(QUIET, () => {
    told.textContent = `${number(comparison.count)} selected`;
  });
  const show = (): void => {
    const { state } = panel;
    title.textContent = line(state.title, 80);
    title.title = state.title;
    const runs = `${number(state.total)} ${state.total === 1 ? "run" : "runs"}`;
    const shown = state.shown < state.total ? `${number(state.shown)} of ${runs}` : runs;
    about.textContent = [shown, state.filter && line(state.filter, 80)].filter(Boolean).join(" · ");
    trouble.textContent = state.trouble;
    all.hidden = !state.kept;
  };
  const showCount = (): void => {
    count.textContent = comparison.count ? `${number(comparison.count)} selected` : "";
    for (const button of [clear, keep]) button.hidden = !comparison.count;
    tell();
  };
  comparison.on("axes", show);
  comparison.on(["selected", "runs"], showCount);
  show();
  showCount();
  return h("header", { class: "sd-heading" }, title, about, count, clear, keep, all, trouble, told);
}
