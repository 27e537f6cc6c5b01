import { h } from "../dom";
import { panelOf } from "../panel";
import css from "./run_view.css";

export default panelOf((panel) => {
  panel.root.append(h("div", {}, "…"));
}, css);
