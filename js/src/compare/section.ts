/** A part of the comparison that can be folded away; what is folded is not drawn. */

import { eachFrame, fill, h } from "../dom";
import type { Comparison, What } from "./comparison";

export class Section {
  readonly controls = h("div", { class: "sd-controls" });
  readonly body = h("div", { class: "sd-body" });
  readonly element: HTMLElement;
  private readonly note = h("p", { class: "sd-note sd-faint" });
  private readonly head: HTMLButtonElement;

  constructor(
    readonly comparison: Comparison,
    private readonly id: string,
    readonly title: string,
  ) {
    const shut = (): void => this.fold();
    this.head = h("button", { type: "button", class: "sd-plain sd-fold", onclick: shut }, title);
    const bar = h("div", { class: "sd-bar" }, h("h3", {}, this.head), this.controls);
    this.element = h("section", { class: `sd-part sd-${id}`, "aria-label": title }, bar);
    this.element.append(this.body, this.note);
    comparison.on("closed", () => this.showFold());
    this.showFold();
  }

  get open(): boolean {
    return !this.comparison.view.closed.includes(this.id);
  }

  /** Calls `draw` before the next frame when something of it changed, while it can be seen. */
  draws(on: What[], draw: () => void): () => void {
    const soon = eachFrame(() => {
      if (this.open && this.comparison.loaded) draw();
    });
    this.comparison.on([...on, "closed"], soon);
    return soon;
  }

  /** Says something below the plot. */
  say(...texts: (string | Node)[]): void {
    fill(this.note, ...texts);
  }

  /** Says why there is nothing to see, in its place; an empty text shows it again. */
  instead(text: string): boolean {
    this.body.classList.toggle("sd-empty", text !== "");
    this.body.dataset.says = text;
    if (text) this.say();
    return text !== "";
  }

  private fold(): void {
    const { closed } = this.comparison.view;
    const now = this.open ? [...closed, this.id] : closed.filter((id) => id !== this.id);
    this.comparison.patch({ closed: now });
  }

  private showFold(): void {
    this.head.setAttribute("aria-expanded", String(this.open));
    for (const part of [this.controls, this.body, this.note]) part.hidden = !this.open;
  }
}
