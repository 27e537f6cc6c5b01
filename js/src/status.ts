/** How a run is, at a glance. */

import { h } from "./dom";

const MARKS: Record<string, string> = {
  FINISHED: "●",
  FAILED: "✕",
  KILLED: "◼",
  RUNNING: "○",
};

/** The mark of a status: a shape as well as a colour. */
export function statusMark(status: string): HTMLElement {
  const props = { class: `sd-status sd-${status}`, title: status, role: "img" };
  return h("span", { ...props, "aria-label": status }, MARKS[status] ?? "·");
}
