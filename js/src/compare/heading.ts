/** The line above the plots: what is compared, and how much of it is selected. */

import { debounced, h } from "../dom";
import { line, number, runsIn } from "../format";
import type { Comparison } from "./comparison";
import { asksPython } from "./controls";
import { button, span } from "./elements";

const QUIET = 500; // ms without another selection, after which a screen reader is told

export function heading(comparison: Comparison): HTMLElement {
  const title = h("b", { class: "sd-title" });
  const about = span("sd-faint");
  const count = span("sd-count");
  const told = h("span", { class: "sd-hidden", role: "status" });
  const trouble = h("span", { class: "sd-bad", role: "alert" });
  const clear = button("Clear", "Select nothing", () => comparison.select([]));
  const keep = button("Keep only", "Compare only these", () => void comparison.keep(false));
  const all = button("Show all", "Compare all again", () => void comparison.keep(true));
  for (const control of [keep, all]) asksPython(comparison, control);
  const show = (): void => {
    const { state } = comparison.panel;
    title.textContent = line(state.title, 80);
    about.textContent = [amount(state), line(state.filter, 80)].filter(Boolean).join(" · ");
    trouble.textContent = state.trouble;
    all.hidden = !state.kept;
  };
  const tell = debounced(QUIET, () => {
    told.textContent = `${number(comparison.count)} selected`;
  });
  const showCount = (): void => {
    count.textContent = comparison.count ? `${number(comparison.count)} selected` : "";
    clear.hidden = keep.hidden = !comparison.count;
    tell();
  };
  comparison.on(["axes"], show);
  comparison.on(["selected", "runs"], showCount);
  show();
  showCount();
  const parts = [title, about, count, clear, keep, all, trouble, told];
  return h("header", { class: "sd-heading" }, ...parts);
}

function amount({ total, shown }: { total: number; shown: number }): string {
  return shown < total ? `${number(shown)} of ${runsIn(total)}` : runsIn(total);
}
