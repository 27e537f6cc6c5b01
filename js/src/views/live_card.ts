import { h } from "../dom";
import { panelOf } from "../panel";
import css from "./live_card.css";

export default panelOf((panel) => {
  panel.root.append(h("div", {}, "…"));
}, css);
