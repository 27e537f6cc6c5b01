import { Comparison } from "../compare/comparison";
import { contour } from "../compare/contour";
import { curves } from "../compare/curves";
import { differences } from "../compare/differences";
import { div } from "../compare/elements";
import { heading } from "../compare/heading";
import { importance } from "../compare/importance";
import { parallel } from "../compare/parallel";
import { scatter } from "../compare/scatter";
import type { CompareState } from "../compare/state";
import { newTip } from "../compare/tip";
import { h } from "../dom";
import { panelOf } from "../panel";
import css from "./compare.css";

export default panelOf<CompareState>((panel) => {
  const complaint = h("p", { class: "sd-bad", role: "alert" });
  const complain = (message: string): void => {
    complaint.textContent = message;
  };
  const comparison = new Comparison(panel, complain);
  const tip = newTip();
  const sections = [
    parallel(comparison, tip),
    scatter(comparison, tip),
    contour(comparison, tip),
    curves(comparison, tip),
    importance(comparison),
    differences(comparison),
  ];
  const parts = div("sd-parts", ...sections.map(({ element }) => element));
  const nothing = div("sd-nothing sd-faint");
  const weigh = (): void => {
    nothing.textContent = hint(panel.state);
    nothing.hidden = !nothing.textContent;
    parts.hidden = panel.state.shown === 0;
  };
  comparison.on(["axes"], weigh);
  weigh();
  panel.root.append(div("sd-compare", heading(comparison), complaint, nothing, parts), tip.element);
  void comparison.load();
  panel.keepFresh();
}, css);

/** What to do when there is little to compare. */
function hint({ shown, filter, axes }: CompareState): string {
  const again = "Run the cell again with another value.";
  if (!shown && filter) return "No run matches. Try another filter.";
  if (!shown) return "No runs yet. Put %%track above a cell and run it.";
  if (shown === 1) return `One run: nothing to compare yet. ${again}`;
  const varies = axes.some((axis) => axis.kind === "param" && axis.varies);
  return varies ? "" : `No param varies between these runs. ${again}`;
}
