/** A view's end of a panel: its state, its commands, its place on the page. */

import base from "./base.css";
import * as bus from "./bus";
import { Hearers } from "./hearers";
import { offPlace, onPlace, visitPlaces } from "./places";
import type { Answer, Command, Failure, Model, PanelState, Push } from "./state";
import { scopeOf, style } from "./style";
import { watchTheme } from "./theme";

/** An error that Python answered with. */
export class CommandError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** What came back of a command. */
export interface Reply<T> {
  result: T;
  buffers: DataView[];
}

/** What a panel's module makes: it gets a `Panel` and puts its elements into `panel.root`. */
export type View<S extends PanelState> = (panel: Panel<S>) => void;

interface Waiting {
  resolve(reply: Reply<unknown>): void;
  reject(error: CommandError): void;
}

const POLLS = [1000, 2000, 5000]; // ms; ever slower while nothing changes
const SETTLED = 400; // ms without a change, after which what a saved notebook shows is renewed
const FRAMES = 600; // in which a host puts a new place on the page
const OPEN =
  "[popover], [role=listbox]:not([hidden]), textarea:focus, input[type=text]:focus:not([role=combobox])";
const GONE = "The kernel that made this panel is gone: run the cell again.";
const CHECKED = 3000; // ms after which a host that says nothing is called silent

/**
 * A panel, which outlives the views of it: when a host draws an output anew, the same elements go
 * into the new place, with their scroll and focus, rather than being made again.
 */
export class Panel<S extends PanelState> extends Hearers<"state" | "selection" | "theme" | "size"> {
  readonly root = document.createElement("div");
  place: HTMLElement | undefined;
  state: S;
  selection: string[];
  /** The panel they were selected in; undefined when Python selected them. */
  selectedBy: string | undefined;
  #model: Model;
  readonly #waiting = new Map<string, Waiting>();
  readonly #endings: (() => void)[] = [];
  #count = 0;
  #quiet = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #polling = false;
  #visible = false;

  constructor(model: Model) {
    super();
    this.#model = model;
    this.state = model.get("state") as S;
    this.selection = selectionOf(model);
    this.root.className = "shelduck tex2jax_ignore mathjax_ignore"; // a dollar is a dollar
    this.#listen();
    this.root.addEventListener("beforeinput", keepLineBreaks, { capture: true });
    this.#endings.push(
      watchTheme(this.root, () => this.tell("theme")),
      bus.onSelected(this.state.store, (selected) => this.#hearSelected(selected)),
    );
  }

  /** Does `act` when the panel is gone from the page. */
  onEnd(act: () => void): void {
    this.#endings.push(act);
  }

  /** Sends a command; rejects with `CommandError` when Python refuses it. */
  ask<T>(command: string, args: Record<string, unknown> = {}): Promise<Reply<T>> {
    const request = `${this.state.panel}:${VIEW_ID}:${++this.#count}`;
    const message: Command = { request, command, args };
    const answered = new Promise<Reply<T>>((resolve, reject) => {
      this.#waiting.set(request, { resolve: resolve as Waiting["resolve"], reject });
    });
    const silent = setTimeout(() => this.root.classList.add("sd-silent"), CHECKED);
    try {
      this.#model.send(message);
    } catch {
      this.root.classList.add("sd-gone");
      this.#hearAnswer({ request, error: { message: GONE } });
    }
    return answered.finally(() => {
      clearTimeout(silent);
      this.root.classList.remove("sd-silent");
    });
  }

  /** Selects runs here, in every view of the store and in Python. */
  select(ids: string[]): void {
    bus.tellSelected({ store: this.state.store, ids, from: this.state.panel });
    this.#sendSelection();
  }

  /** Renews what a saved notebook shows, once things are quiet. Call it after a change of view. */
  settle(): void {
    if (this.state.frozen) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      // While a cell keeps Python busy, once is enough.
      if (this.#touched || this.#renewing) this.settle();
      else void this.#renew();
    }, SETTLED);
  }

  async #renew(): Promise<void> {
    this.#renewing = true;
    await this.ask("settle").catch(() => undefined);
    this.#renewing = false;
  }
  #renewing = false;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  /** Whether something is dragged, open or being typed: to be drawn anew would end that. */
  get #touched(): boolean {
    return this.#held || this.root.querySelector(OPEN) !== null;
  }

  /** Knows while something is being dragged. */
  noteHold(): void {
    const hold = (held: boolean) => (): void => {
      this.#held = held;
    };
    this.root.addEventListener("pointerdown", hold(true), { capture: true });
    this.root.addEventListener("dragstart", hold(true), { capture: true });
    const release = hold(false);
    for (const event of ["pointerup", "pointercancel", "dragend"]) {
      window.addEventListener(event, release, { capture: true });
      this.#endings.push(() => window.removeEventListener(event, release, { capture: true }));
    }
  }

  /** Asks now and then whether the store has changed, while the panel can be seen. */
  keepFresh(): void {
    if (this.state.frozen) return;
    const observer = new IntersectionObserver((entries) => {
      this.#visible = entries.some((entry) => entry.isIntersecting);
      if (this.#visible) this.#pollSoon(POLLS[0]);
    });
    observer.observe(this.root);
    this.#endings.push(() => observer.disconnect());
  }

  /** Moves to another place and another of the host's models of the same panel. */
  moveTo(model: Model, el: HTMLElement): void {
    this.#unlisten();
    this.#model = model;
    this.root.classList.remove("sd-gone");
    this.#listen();
    this.putInto(el);
    this.onPage(() => this.#putBack());
    this.#hearState();
  }

  /** Stands in a place of the host's from now on. */
  putInto(el: HTMLElement): void {
    this.place = el;
    el.replaceChildren(this.root);
  }

  /** Remembers scroll and focus, for they are lost when a host takes the elements away. */
  noteWhere(): void {
    const { root } = this;
    const noteScroll = ({ target }: Event): void => {
      const { scrollTop: top, scrollLeft: left } = target as HTMLElement;
      if (root.isConnected) this.#scrolled.set(target as HTMLElement, { top, left });
    };
    root.addEventListener("scroll", noteScroll, { capture: true, passive: true });
    root.addEventListener("focusin", (e) => {
      this.#focused = e.target as HTMLElement;
    });
    root.addEventListener("focusout", () => {
      const { place } = this; // only a moment later can be told whether the focus left or was lost
      setTimeout(() => {
        const left = root.isConnected && !root.contains(document.activeElement);
        if (left && place === this.place) this.#focused = undefined;
      });
    });
  }

  /** Does `act` before the first frame in which the elements are on the page. */
  onPage(act: () => void, frames = FRAMES): void {
    if (this.#ended) return;
    if (this.root.isConnected || !frames) act();
    else requestAnimationFrame(() => this.onPage(act, frames - 1));
  }
  #ended = false;

  #putBack(): void {
    for (const [element, { top, left }] of this.#scrolled) element.scrollTo(left, top);
    if (document.activeElement?.contains(this.root)) this.#focused?.focus({ preventScroll: true });
  }
  readonly #scrolled = new Map<HTMLElement, { top: number; left: number }>();
  #focused: HTMLElement | undefined;

  end(): void {
    this.#ended = true;
    this.root.classList.add("sd-gone");
    this.#unlisten();
    clearTimeout(this.#timer);
    clearTimeout(this.#settling);
    for (const end of this.#endings) end();
  }

  #listen(): void {
    this.#model.on("msg:custom", this.#hearAnswer);
    this.#model.on("change:state", this.#hearState);
  }

  #unlisten(): void {
    this.#model.off("msg:custom", this.#hearAnswer);
    this.#model.off("change:state", this.#hearState);
  }

  readonly #hearAnswer = (answer: Answer | Push, buffers: DataView[] = []): void => {
    if ("selected" in answer) {
      bus.tellSelected({ store: this.state.store, ids: answer.selected, from: undefined });
      return;
    }
    const waiting = this.#waiting.get(answer.request);
    if (!waiting) return;
    this.#waiting.delete(answer.request);
    if (answer.error) waiting.reject(new CommandError(answer.error));
    else waiting.resolve({ result: answer.result, buffers });
  };

  readonly #hearState = (): void => {
    const state = this.#model.get("state") as S;
    if (state === this.state) return;
    this.state = state;
    this.#quiet = 0;
    this.tell("state");
  };

  #hearSelected(selected: bus.Selected): void {
    if (sameIds(selected.ids, this.selection)) return;
    this.selection = selected.ids;
    this.selectedBy = selected.from;
    this.tell("selection");
    this.settle();
  }

  #sendSelection(): void {
    if (this.state.frozen) return;
    clearTimeout(this.#sending);
    this.#sending = setTimeout(() => {
      void this.ask("select", { ids: this.selection }).catch(() => undefined);
    }, 60);
  }
  #sending: ReturnType<typeof setTimeout> | undefined;

  #pollSoon(wait: number | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), wait);
  }

  async #poll(): Promise<void> {
    if (!this.#visible || document.hidden || this.#polling) return;
    this.#polling = true; // one at a time: behind a running cell they would pile up
    try {
      const { result } = await this.ask<boolean>("poll", { revision: this.state.revision });
      this.#quiet = result ? 0 : this.#quiet + 1;
    } catch {
      this.#quiet += 1;
    } finally {
      this.#polling = false;
    }
    this.#pollSoon(POLLS[Math.min(this.#quiet, POLLS.length - 1)]);
  }
}

const met = new Set<string>();

/** The runs selected in Python when the panel is new here, else those selected on this page. */
function selectionOf(model: Model): string[] {
  const { panel, store } = model.get("state") as PanelState;
  const known = met.has(panel) ? bus.selectedIn(store) : undefined;
  const ids = known ?? (model.get("selection") as string[] | undefined) ?? [];
  met.add(panel);
  if (!known) bus.tellSelected({ store, ids, from: undefined });
  return ids;
}

function sameIds(some: string[], others: string[]): boolean {
  return some.length === others.length && some.every((id, i) => id === others[i]);
}

const VIEW_ID = Math.random().toString(36).slice(2, 8);

// Each widget loads a module of its own; the panels on a page are found again by their identity.
const KEY = Symbol.for("shelduck.panels");
const page = globalThis as { [KEY]?: Map<string, Panel<PanelState>[]> };
page[KEY] ??= new Map();
const panels = page[KEY];

/** Makes what a panel's module exports of a view and its style. */
export function panelOf<S extends PanelState>(view: View<S>, css: string) {
  const scope = scopeOf(css);
  const stand = (model: Model, el: HTMLElement): Panel<S> => {
    style(base);
    style(css, scope);
    el.classList.add("shelduck-place", scope); // above .shelduck, which rules begin with
    return adopt<S>(model, el) ?? begin(view, model, el);
  };
  return {
    /** A panel comes alive where its HTML stands, and a saved notebook has that HTML alone. */
    initialize({ model }: { model: Model }): () => void {
      const { panel: id } = model.get("state") as S;
      const end = (): void => {
        const isLast = offPlace(id, enter);
        for (const panel of panels.get(id) ?? []) {
          drop(panel);
          if (!isLast) panel.root.remove();
        }
        if (!isLast) visitPlaces(); // a newer module is there, in live development
      };
      const enter = (place: HTMLElement): void => {
        // A notebook that is opened again may have lost its kernel, which no host tells.
        if (panels.has(id) && !isHeard(model)) {
          end();
          return;
        }
        // JupyterLab's rules for documents are not for panels.
        place.closest(".jp-RenderedHTMLCommon")?.classList.remove("jp-RenderedHTMLCommon");
        stand(model, place);
      };
      onPlace(id, enter);
      return end;
    },
    /** For hosts that show no HTML beside a widget. */
    render({ model, el }: { model: Model; el: HTMLElement }): () => void {
      const panel = stand(model, el);
      return () => {
        if (panel.place === el) drop(panel); // else the elements live on in another place
      };
    },
  };
}

/** Whether anybody hears what is sent. */
function isHeard(model: Model): boolean {
  try {
    const { revision } = model.get("state") as PanelState;
    model.send({ request: "", command: "poll", args: { revision } } satisfies Command);
    return true;
  } catch {
    return false;
  }
}

/** The panel whose elements a host has just taken off the page, to put an output there anew. */
function adopt<S extends PanelState>(model: Model, el: HTMLElement): Panel<S> | undefined {
  const { panel: id } = model.get("state") as S;
  const found = panels.get(id)?.find((panel) => !panel.root.isConnected);
  found?.moveTo(model, el);
  return found as Panel<S> | undefined;
}

function begin<S extends PanelState>(view: View<S>, model: Model, el: HTMLElement): Panel<S> {
  const panel = new Panel<S>(model);
  const { panel: id } = panel.state;
  panels.set(id, [...(panels.get(id) ?? []), panel as unknown as Panel<PanelState>]);
  panel.putInto(el);
  panel.noteWhere();
  panel.noteHold();
  const resized = new ResizeObserver(() => panel.tell("size"));
  resized.observe(panel.root);
  panel.onEnd(() => resized.disconnect());
  panel.onPage(() => view(panel)); // where it can measure
  return panel;
}

function drop<S extends PanelState>(panel: Panel<S>): void {
  const id = panel.state.panel;
  const left = (panels.get(id) ?? []).filter((p) => (p as unknown) !== panel);
  if (left.length) panels.set(id, left);
  else panels.delete(id);
  panel.end();
}

/** JupyterLab would undo Enter in a box within a cell: no new line, and no form sent. */
function keepLineBreaks(e: InputEvent): void {
  if (e.inputType === "insertLineBreak") e.stopPropagation();
}
