/** A part of the comparison that can be folded away; what is folded is not drawn. */

import { eachFrame, fill, h } from "../dom";
import type { Comparison, What } from "./comparison";
import { button, div } from "./elements";

export type Section = ReturnType<typeof section>;

export function section(comparison: Comparison, id: string, title: string) {
  const controls = div("sd-controls");
  const body = div("sd-body");
  const note = h("p", { class: "sd-faint" });
  const isOpen = (): boolean => !comparison.view.closed.includes(id);
  const fold = (): void => {
    const others = comparison.view.closed.filter((other) => other !== id);
    comparison.patch({ closed: isOpen() ? [...others, id] : others });
  };
  const head = button(title, "", fold, "sd-plain sd-fold");
  const showFold = (): void => {
    head.setAttribute("aria-expanded", String(isOpen()));
    for (const part of [controls, body, note]) part.hidden = !isOpen();
  };
  comparison.on("closed", showFold);
  showFold();
  return {
    element: h(
      "section",
      { class: `sd-part sd-${id}`, "aria-label": title },
      div("sd-bar", h("h3", {}, head), controls),
      body,
      note,
    ),
    controls,
    body,
    isOpen,
    /** Calls `draw` before the next frame when something of it changed, while it can be seen. */
    draws(on: What[], draw: () => void): () => void {
      const soon = eachFrame(() => {
        if (isOpen() && comparison.loaded) draw();
      });
      comparison.on([...on, "closed"], soon);
      return soon;
    },
    /** Says something below the plot. */
    say(...texts: (string | Node | false)[]): void {
      fill(note, ...texts);
    },
    /** Says why there is nothing to see, in its place; an empty text shows it again. */
    instead(text: string): boolean {
      body.classList.toggle("sd-empty", text !== "");
      body.dataset.says = text;
      if (text) fill(note);
      return text !== "";
    },
  };
}
