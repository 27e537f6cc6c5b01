/** The box for the filter language: completes names, says what is wrong, and where. */

import { fill, h } from "../dom";
import { CommandError, type Panel } from "../panel";
import type { Failure } from "../state";
import type { TableState } from "./state";

interface Offer {
  text: string;
  kind: string;
}

interface Offers {
  /** The offers replace what stands from here to the cursor. */
  from: number;
  items: Offer[];
}

const PATIENCE = 700; // ms after which a filter that makes no sense yet is called wrong

export class FilterBox {
  readonly element = h("div", { class: "sd-filter" });
  readonly problem = h("div", { class: "sd-problem", role: "alert", hidden: true });
  readonly #input = h("input", {
    type: "text",
    role: "combobox",
    "aria-label": "filter runs",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    placeholder: "metrics.rmse < 6.5 and params.depth > 3",
    spellcheck: false,
    autocomplete: "off",
    "data-lm-suppress-shortcuts": "true",
  });
  readonly #clear = h(
    "button",
    { type: "button", class: "sd-plain sd-clear", "aria-label": "clear the filter", hidden: true },
    "×",
  );
  readonly #list = h("div", {
    role: "listbox",
    class: "sd-offers",
    "aria-label": "completions",
  });
  #offers: Offers = { from: 0, items: [] };
  #at = -1;
  #busy = false;
  #sent = "";
  #late: ReturnType<typeof setTimeout> | undefined;
  #held: (() => void) | undefined;

  readonly #panel: Panel<TableState>;

  constructor(panel: Panel<TableState>) {
    this.#panel = panel;
    this.#list.id = `sd-offers-${panel.state.panel}-${Math.random().toString(36).slice(2, 7)}`;
    this.#input.setAttribute("aria-controls", this.#list.id);
    this.#input.value = this.#sent = panel.state.filter;
    this.element.append(this.#input, this.#clear, this.#list);
    this.#list.hidden = true;
    this.#listen();
    panel.on("state", () => this.#hearState());
    this.#mark();
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  #listen(): void {
    this.#input.addEventListener("input", () => {
      this.#mark();
      void this.#send();
      void this.#complete();
    });
    this.#input.addEventListener("keydown", (e) => this.#key(e));
    this.#input.addEventListener("blur", () => this.#hide());
    this.#clear.addEventListener("click", () => {
      this.#put("", 0);
      this.#input.focus();
    });
  }

  #hearState(): void {
    const { filter } = this.#panel.state;
    if (filter === this.#sent || document.activeElement === this.#input) return;
    this.#input.value = this.#sent = filter;
    this.#mark();
    this.#say(undefined);
  }

  #mark(): void {
    this.#clear.hidden = !this.#input.value;
  }

  /** Sends what is typed, one at a time; the last one counts. */
  async #send(): Promise<void> {
    if (this.#busy || this.#input.value === this.#sent) return;
    this.#busy = true;
    const text = this.#input.value;
    this.#sent = text;
    try {
      await this.#panel.ask("filter", { text });
      this.#say(undefined);
      this.#panel.settle();
    } catch (e) {
      this.#wrong(text, e instanceof CommandError ? e.failure : { message: String(e) });
    } finally {
      this.#busy = false;
    }
    if (this.#input.value !== text) void this.#send();
  }

  /** Says what is wrong; while somebody types, only once they pause. */
  #wrong(text: string, failure: Failure): void {
    clearTimeout(this.#late);
    this.#input.setAttribute("aria-invalid", "true");
    this.#held = () => this.#say(failure, text);
    this.#late = setTimeout(this.#held, PATIENCE);
  }

  #say(failure: Failure | undefined, text = ""): void {
    clearTimeout(this.#late);
    this.#held = undefined;
    this.problem.hidden = !failure;
    if (!failure) this.#input.removeAttribute("aria-invalid");
    fill(this.problem, ...(failure ? explained(failure, text) : []));
  }

  // --- completion ---------------------------------------------------------------------------

  /** Offers what begins as the word before the cursor does; when asked to, whatever may come. */
  async #complete(any = false): Promise<void> {
    const turn = ++this.#asked;
    const [text, cursor] = [this.#input.value, this.#input.selectionStart ?? 0];
    try {
      const { result } = await this.#panel.ask<Offers>("complete", { text, cursor });
      if (turn !== this.#asked || document.activeElement !== this.#input) return;
      if (any || result.from < cursor) this.#offer(result);
      else this.#hide();
    } catch {
      this.#hide();
    }
  }
  #asked = 0;

  #offer(offers: Offers): void {
    this.#offers = offers;
    this.#at = -1;
    this.#list.hidden = offers.items.length === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    fill(this.#list, ...offers.items.map((item, i) => this.#option(item, i)));
    this.#point();
  }

  #option(item: Offer, i: number): HTMLElement {
    return h(
      "div",
      {
        role: "option",
        id: `${this.#list.id}-${i}`,
        title: item.text,
        onpointerdown: (e: Event) => {
          e.preventDefault(); // the focus stays in the box
          this.#choose(i);
        },
      },
      h("span", { class: "sd-grow" }, item.text),
      h("span", { class: "sd-faint" }, item.kind),
    );
  }

  #point(): void {
    [...this.#list.children].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === this.#at));
      if (i === this.#at) option.scrollIntoView?.({ block: "nearest" });
    });
    const id = this.#at < 0 ? "" : `${this.#list.id}-${this.#at}`;
    this.#input.setAttribute("aria-activedescendant", id);
  }

  #hide(): void {
    this.#asked += 1; // an answer on its way comes too late
    this.#offer({ from: 0, items: [] });
  }

  #choose(i: number): void {
    const { text } = this.#offers.items[i] as Offer;
    const [value, cursor] = [this.#input.value, this.#input.selectionStart ?? 0];
    const rest = value.slice(cursor);
    const gap = rest.startsWith(" ") ? "" : " ";
    const before = `${value.slice(0, this.#offers.from)}${text}${gap}`;
    this.#put(before + rest, before.length);
    this.#hide();
  }

  #put(text: string, cursor: number): void {
    this.#input.value = text;
    this.#input.setSelectionRange(cursor, cursor);
    this.#mark();
    void this.#send();
  }

  #key(e: KeyboardEvent): void {
    e.stopPropagation(); // the notebook has shortcuts of its own
    const count = this.#offers.items.length;
    if (e.key === "ArrowDown" && !count) void this.#complete(true);
    else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && count) {
      this.#at =
        (this.#at +
          (e.key === "ArrowDown" ? 1 : count) +
          (this.#at < 0 && e.key === "ArrowUp" ? 1 : 0)) %
        count;
      this.#point();
    } else if ((e.key === "Enter" || e.key === "Tab") && this.#at >= 0) this.#choose(this.#at);
    else if (e.key === "Enter") this.#enter();
    else if (e.key === "Escape" && count) this.#hide();
    else return;
    e.preventDefault();
  }

  #enter(): void {
    this.#hide();
    this.#held?.();
    void this.#send();
  }
}

/** What is wrong, and the filter with that part of it underlined. */
function explained(failure: Failure, text: string): Node[] {
  const { message, start, end } = failure;
  const words = h("div", {}, message);
  if (start === undefined || end === undefined) return [words];
  const [from, to] = [Math.max(0, start - 60), Math.max(end, start + 1)];
  const shown = h(
    "div",
    { class: "sd-quoted" },
    `${from ? "…" : ""}${text.slice(from, start)}`,
    h("u", { class: "sd-wrong" }, text.slice(start, to) || "\u00a0"),
    text.slice(to, to + 60),
  );
  return [words, shown];
}
