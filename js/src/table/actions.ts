/** What is done with the selected runs, and the line that says what came of it. */

import { copy } from "../clipboard";
import { fill, h } from "../dom";
import { number, runsIn } from "../format";
import type { Panel } from "../panel";
import type { Chosen } from "./chosen";
import { open } from "./popup";
import type { TableState } from "./state";

type Command = (name: string, args: Record<string, unknown>) => void;

interface Copied {
  text: string;
  runs: number;
  of: number;
}

const READ = 6000; // ms that a message stands

export class Actions {
  /** Says what was done, or asks whether to. */
  readonly bar = h("div", { class: "sd-bar-line", role: "status", hidden: true });
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #panel: Panel<TableState>;
  readonly #chosen: Chosen;

  constructor(
    panel: Panel<TableState>,
    chosen: Chosen,
    readonly command: Command,
  ) {
    this.#panel = panel;
    this.#chosen = chosen;
  }

  /** Shows a message for a while, with things to press. */
  say(text: string, ...buttons: HTMLElement[]): void {
    clearTimeout(this.#timer);
    fill(this.bar, h("span", { class: "sd-grow" }, text), ...buttons);
    this.bar.hidden = false;
    this.#timer = setTimeout(() => this.#hush(), READ);
  }

  /** Says what Python has against something. */
  complain(error: unknown): void {
    this.say(error instanceof Error ? error.message : String(error));
  }

  #hush(): void {
    if (!this.bar.contains(document.activeElement)) this.bar.hidden = true;
    else this.#timer = setTimeout(() => this.#hush(), READ);
  }

  /** Asks, then deletes the selected runs; it can be undone. */
  remove(back: () => void): void {
    const ids = this.#chosen.list();
    if (!ids.length || this.#panel.state.frozen) return;
    if (this.#panel.state.trash) return void this.restore(ids);
    const no = button("Keep", () => this.#end(back));
    const yes = button("Delete", () => {
      this.#end(back);
      void this.#delete(ids);
    });
    this.say(`Delete ${runsIn(ids.length)}? They can be restored.`, yes, no);
    clearTimeout(this.#timer);
    this.bar.onkeydown = (e) => {
      e.stopPropagation();
      if (e.key === "Escape") this.#end(back);
    };
    yes.focus();
  }

  #end(back: () => void): void {
    this.bar.hidden = true;
    back();
  }

  async #delete(ids: string[]): Promise<void> {
    if (!(await this.ask("delete", { ids }))) return;
    this.#chosen.none();
    this.say(
      `${runsIn(ids.length)} deleted.`,
      button("Undo", () => void this.restore(ids)),
    );
  }

  async restore(ids: string[]): Promise<void> {
    if (await this.ask("restore", { ids })) this.say(`${runsIn(ids.length)} restored.`);
  }

  /** Puts the selected runs, or all that match, on the clipboard. */
  async copy(form: "csv" | "markdown"): Promise<void> {
    const ids = this.#chosen.count ? this.#chosen.list() : null;
    const found = await this.ask<Copied>("copy", { form, ids });
    if (!found || !(await this.clip(found.text))) return;
    const part = found.runs < found.of ? ` of ${number(found.of)}, the first` : "";
    this.say(`${runsIn(found.runs)}${part} copied as ${form === "csv" ? "CSV" : "Markdown"}.`);
  }

  /** Puts the code that finds these runs on the clipboard. */
  async python(): Promise<void> {
    const code = await this.ask<string>("python");
    if (code && (await this.clip(code))) this.say(`Copied: ${code}`);
  }

  /** Puts a text on the clipboard; where the browser forbids it, shows it to be copied by hand. */
  async clip(text: string): Promise<boolean> {
    if (await copy(text, this.#panel.root)) return true;
    const props = { value: text, readOnly: true, class: "sd-byhand", "aria-label": "to copy" };
    const box = h("textarea", props);
    this.say("The browser does not let us copy; here it is:", box);
    clearTimeout(this.#timer);
    box.select();
    return false;
  }

  /** Opens the comparison of the selected runs below the table. */
  async compare(): Promise<void> {
    const ids = this.#chosen.list();
    if (this.#panel.state.opens) return void (await this.ask("compare", { ids }));
    const line = `%compare ${ids.map((id) => id.slice(0, 12)).join(" ")}`;
    if (await this.clip(line)) this.say(`Copied, to run in a cell: ${line}`);
  }

  async show(id: string): Promise<void> {
    if (this.#panel.state.opens) return void (await this.ask("show", { run: id }));
    if (await this.clip(`%run_info ${id}`)) this.say(`Copied, to run in a cell: %run_info ${id}`);
  }

  /** Asks for a tag to set on the selected runs. */
  tag(at: HTMLElement): void {
    const key = h("input", { type: "text", placeholder: "tag", "aria-label": "tag", size: 12 });
    const value = h("input", {
      type: "text",
      placeholder: "value",
      "aria-label": "value",
      size: 16,
    });
    const form = h(
      "form",
      { class: "sd-tagging", role: "dialog", "aria-label": "set a tag" },
      h(
        "div",
        { class: "sd-faint" },
        `Of ${runsIn(this.#chosen.count)}; without a value it is removed.`,
      ),
      h("div", { class: "sd-line" }, key, value, h("button", { type: "submit" }, "Set")),
    );
    const close = open(this.#panel.root, at, form);
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      const name = key.value.trim();
      if (!name) return;
      close();
      this.command("tag", {
        ids: this.#chosen.list(),
        key: name,
        value: value.value.trim() || null,
      });
    });
    key.focus();
  }

  /** Asks Python; when it refuses, says so and returns undefined. */
  async ask<T>(name: string, args: Record<string, unknown> = {}): Promise<T | undefined> {
    try {
      const { result } = await this.#panel.ask<T>(name, args);
      this.#panel.settle();
      return result ?? (true as T);
    } catch (e) {
      this.complain(e);
      return undefined;
    }
  }
}

export function button(text: string, act: (e: Event) => void): HTMLButtonElement {
  return h("button", { type: "button", onclick: act }, text);
}
