// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import compared from "../../tests/panels/compare.json";
import card from "../../tests/panels/live_card.json";
import table from "../../tests/panels/run_table.json";
import run from "../../tests/panels/run_view.json";
import type { Command, Model } from "../src/state";
import compareView from "../src/views/compare";
import cardView from "../src/views/live_card";
import tableView from "../src/views/run_table";
import runView from "../src/views/run_view";

/** What would stay behind: listeners of the page, observers, intervals. */
const held = new Set<unknown>();

class Observer {
  observe(): void {
    held.add(this);
  }
  disconnect(): void {
    held.delete(this);
  }
}
class OfThePage extends MutationObserver {
  override observe(target: Node, options?: MutationObserverInit): void {
    if (target === document.body) held.add(this);
    super.observe(target, options);
  }
  override disconnect(): void {
    held.delete(this);
    super.disconnect();
  }
}
vi.stubGlobal("ResizeObserver", Observer);
vi.stubGlobal("IntersectionObserver", Observer);
vi.stubGlobal("MutationObserver", OfThePage);
HTMLCanvasElement.prototype.getContext = (() =>
  new Proxy({}, { get: () => () => undefined, set: () => true })) as never;

const { addEventListener, removeEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (name, act, options): void {
  if (!(this instanceof Element)) held.add(act);
  addEventListener.call(this, name, act, options);
};
EventTarget.prototype.removeEventListener = function (name, act, options): void {
  held.delete(act);
  removeEventListener.call(this, name, act, options);
};

/** A host that refuses whatever it is asked. */
class Host implements Model {
  readonly hearers = new Map<string, Set<(...args: never[]) => void>>();
  readonly asked = new Set<string>();
  constructor(private readonly state: object) {}
  get(name: string): unknown {
    return name === "state" ? this.state : [];
  }
  on(event: string, hear: (...args: never[]) => void): void {
    this.hearers.set(event, (this.hearers.get(event) ?? new Set()).add(hear));
  }
  off(event: string, hear: (...args: never[]) => void): void {
    this.hearers.get(event)?.delete(hear);
  }
  send(message: unknown): void {
    const { request, command } = message as Command;
    this.asked.add(command);
    const refused = { request, error: { message: `no ${command} today` } };
    for (const hear of this.hearers.get("msg:custom") ?? []) hear(refused as never);
  }
  get heard(): number {
    return [...this.hearers.values()].reduce((sum, all) => sum + all.size, 0);
  }
}

const views = {
  run_table: [tableView, table.plain],
  compare: [compareView, compared.state],
  run_view: [runView, run.state],
  live_card: [cardView, card],
} as const;

let count = 0;
function state(golden: object): object {
  count += 1;
  return { ...structuredClone(golden), panel: `panel ${count}`, store: `store ${count}` };
}

function place(): HTMLElement {
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  return el;
}

beforeEach(() => {
  vi.useFakeTimers();
  held.clear();
});

afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(views))("%s", (_, [view, golden]) => {
  it("leaves nothing behind when it ends, though something is open", async () => {
    const host = new Host(state(golden));
    const el = place();
    const end = view.render({ model: host, el });
    await vi.advanceTimersByTimeAsync(2000);
    for (const button of el.querySelectorAll<HTMLElement>("[aria-haspopup]")) button.click();
    await vi.advanceTimersByTimeAsync(2000);
    el.remove();
    end();
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    await vi.advanceTimersByTimeAsync(20_000);
    expect([...held]).toEqual([]);
    expect(host.heard).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not grow when it is drawn anew a hundred times", async () => {
    const host = new Host(state(golden));
    const ends = [view.render({ model: host, el: place() })];
    await vi.advanceTimersByTimeAsync(2000);
    const before = [held.size, host.heard, document.querySelectorAll("*").length];
    for (let i = 0; i < 100; i++) ends.push(view.render({ model: host, el: place() }));
    await vi.advanceTimersByTimeAsync(2000);
    expect([held.size, host.heard, document.querySelectorAll("*").length]).toEqual(before);
    for (const end of ends) end();
    expect(held.size).toBe(0);
  });

  it("takes a refusal of everything it asks", async () => {
    const host = new Host(state(golden));
    const el = place();
    const end = view.render({ model: host, el });
    await vi.advanceTimersByTimeAsync(2000);
    for (const pressed of el.querySelectorAll<HTMLElement>("button, [role=treeitem], [role=row]")) {
      pressed.click();
      await vi.advanceTimersByTimeAsync(500);
    }
    for (const written of el.querySelectorAll("input, select, textarea")) {
      written.dispatchEvent(new Event("input"));
      written.dispatchEvent(new Event("change"));
    }
    el.querySelector("[role=grid]")?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "a", ctrlKey: true }),
    );
    await vi.advanceTimersByTimeAsync(10_000); // a rejection that nobody takes would fail the run
    if (host.asked.size) expect(el.textContent).toMatch(/no \w+ today/);
    end();
  });
});
