import { h } from "../dom";
import { panelOf } from "../panel";
import { act } from "../run/asking";
import { code } from "../run/code";
import { environment } from "../run/environment";
import { files } from "../run/files";
import { header } from "../run/header";
import { metrics } from "../run/metrics";
import { note } from "../run/note";
import { params } from "../run/params";
import { source } from "../run/source";
import type { RunPanel, RunState } from "../run/state";
import { tags } from "../run/tags";
import css from "./run_view.css";

export default panelOf<RunState>((panel) => {
  const groups = {
    in: [params, tags, note],
    out: [metrics, files, source],
    about: [code, environment],
  };
  const columns = h("div", { class: "sd-columns" });
  for (const [name, makers] of Object.entries(groups))
    columns.append(
      h("div", { class: `sd-group-${name}` }, ...makers.map((make) => make(panel).root)),
    );
  const all = h("article", { class: "sd-run", "aria-label": "A run", tabIndex: -1 });
  all.append(header(panel), columns);
  panel.root.append(all);
  panel.root.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take [, ] and F2 for its own
  panel.root.addEventListener("keydown", (e) => onKey(panel, e));
  panel.keepFresh();
}, css);

/** Keys that mean something wherever in the panel the focus is, unless somebody is writing. */
function onKey(panel: RunPanel, e: KeyboardEvent): void {
  const writing = (e.target as Element).matches("input, textarea, select");
  if (writing || panel.state.frozen || e.ctrlKey || e.metaKey || e.altKey) return;
  const { previous, next } = panel.state.run;
  if (e.key === "[" && previous) void act(panel, "go", { run_id: previous });
  else if (e.key === "]" && next) void act(panel, "go", { run_id: next });
  else if (e.key === "F2" && !e.defaultPrevented) rename(panel);
  else return;
  e.preventDefault();
}

function rename(panel: RunPanel): void {
  panel.root.querySelector<HTMLElement>("button.sd-name")?.click();
}
