import { Comparison } from "../compare/comparison";
import { Contour } from "../compare/contour";
import { Curves } from "../compare/curves";
import { Differences } from "../compare/differences";
import { heading } from "../compare/heading";
import { Importance } from "../compare/importance";
import { Parallel } from "../compare/parallel";
import { Scatter } from "../compare/scatter";
import type { CompareState } from "../compare/state";
import { Tip } from "../compare/tip";
import { h } from "../dom";
import { panelOf } from "../panel";
import css from "./compare.css";

export default panelOf<CompareState>((panel) => {
  const complaint = h("p", { class: "sd-bad", role: "alert" });
  const complain = (message: string): void => {
    complaint.textContent = message;
  };
  const comparison = new Comparison(panel, complain);
  const tip = new Tip();
  const plots = [
    new Parallel(comparison, tip),
    new Scatter(comparison, tip),
    new Contour(comparison, tip),
    new Curves(comparison, tip),
    new Importance(comparison),
    new Differences(comparison),
  ];
  const parts = h("div", { class: "sd-parts" }, ...plots.map(({ section }) => section.element));
  const nothing = h("p", { class: "sd-nothing sd-faint" });
  const weigh = (): void => {
    nothing.textContent = hint(panel.state);
    nothing.hidden = !nothing.textContent;
    parts.hidden = panel.state.shown === 0;
  };
  comparison.on(["axes", "runs"], weigh);
  weigh();
  panel.root.append(
    h("div", { class: "sd-compare" }, heading(comparison), complaint, nothing, parts),
    tip.element,
  );
  void comparison.load().catch((error: Error) => complain(error.message));
  panel.keepFresh();
}, css);

/** What to do when there is little to compare. */
function hint({ shown, filter, axes }: CompareState): string {
  if (!shown)
    return filter
      ? "No run matches. Try another filter."
      : "No runs yet. Put %%track above a cell and run it.";
  if (shown === 1) return "One run: nothing to compare yet. Run the cell again with another value.";
  const varies = axes.some((axis) => axis.kind === "param" && axis.varies);
  return varies ? "" : "No param varies between these runs. Run the cell again with another value.";
}
