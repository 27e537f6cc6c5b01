/** A small curve, which Python has laid into a box. */

import { svg } from "../dom";
import { number } from "../format";
import type { Part } from "./kept";
import type { Curve } from "./state";

export function curve(): Part<Curve | null> {
  const line = svg("polyline", { fill: "none" });
  const element = svg(
    "svg",
    {
      viewBox: "0 0 1000 1000",
      height: 34,
      preserveAspectRatio: "none",
      class: "sd-card-curve",
      role: "img",
    },
    line,
  );
  const title = svg("title");
  element.prepend(title);
  return {
    element,
    show(state) {
      element.classList.toggle("sd-card-none", !state);
      if (!state || line.getAttribute("points") === state.line) return;
      line.setAttribute("points", state.line);
      title.textContent = `from ${number(state.low)} to ${number(state.high)}`;
      element.setAttribute("aria-label", `curve ${title.textContent}`);
    },
  };
}
