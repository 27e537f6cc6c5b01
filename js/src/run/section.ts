/** A part of the run that can be folded away; Python remembers which are. */

import { fill, h } from "../dom";
import { act } from "./asking";
import { type RunPanel, showing } from "./state";

export interface Section {
  root: HTMLElement;
  /** What is folded away. */
  body: HTMLElement;
  /** Beside the title: how many there are. */
  count: HTMLElement;
  /** At the end of the line of the title: buttons. */
  tools: HTMLElement;
}

/** Makes a section. */
export function section(panel: RunPanel, name: string, title: string): Section {
  const id = `sd-${panel.state.panel}-${name}`;
  const count = h("span", { class: "sd-faint sd-count" });
  const tools = h("span", { class: "sd-tools" });
  const mark = h("span", { class: "sd-fold-mark", "aria-hidden": "true" }, "▾");
  const button = h("button", { type: "button", class: "sd-plain sd-fold", "aria-controls": id });
  fill(button, mark, title, count);
  const body = h("div", { id, class: "sd-section-body" });
  const head = h("div", { class: "sd-section-head" }, h("h3", {}, button), tools);
  const root = h("section", { class: `sd-section sd-of-${name}`, "aria-label": title }, head, body);
  const fold = (folded: boolean): void => {
    root.classList.toggle("sd-folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    body.hidden = folded;
  };
  button.addEventListener("click", () => {
    const folded = !body.hidden;
    fold(folded);
    if (!panel.state.frozen) void act(panel, "fold", { section: name, folded });
  });
  showing(panel, (state) => state.folded.includes(name), fold);
  return { root, body, count, tools };
}

/**
 * Calls `act` when a section is first unfolded, and again when what it is about changes, or when
 * it resolved to false: it could not be done.
 */
export function whenOpen(
  panel: RunPanel,
  { body }: Section,
  about: () => unknown,
  act: () => Promise<boolean>,
): void {
  let done: string | undefined;
  const look = async (): Promise<void> => {
    const now = JSON.stringify(about());
    if (body.hidden || now === done) return;
    done = now;
    if (!(await act()) && done === now) done = undefined;
  };
  new MutationObserver(look).observe(body, { attributes: true, attributeFilter: ["hidden"] });
  panel.on("state", () => void look());
  void look();
}

/** What is said where there is nothing to show, with what to do about it. */
export function nothing(words: string, code?: string): HTMLElement {
  return h(
    "p",
    { class: "sd-nothing sd-faint" },
    words,
    code ? " " : "",
    code && h("code", {}, code),
  );
}
