// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import golden from "../../tests/panels/live_card.json";
import type { CardState } from "../src/card/state";
import type { Model } from "../src/state";
import view from "../src/views/live_card";

class Observer {
  observe(): void {}
  disconnect(): void {}
}
vi.stubGlobal("ResizeObserver", Observer);

const GOLDEN = golden as unknown as CardState;

/** A host that only ever tells. */
class Host implements Model {
  private readonly hearers = new Map<string, (() => void)[]>();
  constructor(private state: CardState) {}
  get(name: string): unknown {
    return name === "state" ? this.state : [];
  }
  on(event: string, hear: () => void): void {
    this.hearers.set(event, [...(this.hearers.get(event) ?? []), hear]);
  }
  off(): void {}
  send(): void {
    throw new Error("a live card asks for nothing");
  }
  push(change: Partial<CardState>): void {
    this.state = { ...this.state, ...change };
    for (const hear of this.hearers.get("change:state") ?? []) hear();
  }
}

let place: HTMLElement;
let host: Host;
let end: () => void;

function text(selector: string): string[] {
  return [...place.querySelectorAll(selector)].map((e) => e.textContent ?? "");
}

function show(state: CardState): void {
  host = new Host(state);
  end = view.render({ model: host, el: place });
}

beforeEach(() => {
  vi.useFakeTimers();
  place = document.createElement("div");
  document.body.replaceChildren(place);
});
afterEach(() => {
  place.remove();
  end();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("the live card", () => {
  it("says what Python knows", () => {
    show(GOLDEN);
    expect(text(".sd-card-head")).toEqual(["deep● RUNNING1 min 23 snyc-taxi"]);
    expect(text(".sd-card-words")).toEqual(["312 of 1,000 · 13 s left"]);
    expect(text(".sd-card-inside")).toEqual(["run 3 of 1,000"]);
    const params = place.querySelector("[aria-label=params]");
    expect([...(params?.children ?? [])].map((e) => e.textContent)).toEqual([
      "alpha 0.01",
      "tree.depth 3",
      "kind hist",
    ]);
    expect(text("[aria-label=metrics] .sd-card-key")).toEqual(["valid.rmse", "alpha_max", "loss"]);
    expect(text("[aria-label=metrics] .sd-card-value")).toEqual(["7.928", "0", "NaN"]);
    expect(text("[aria-label=metrics] .sd-card-about")).toEqual([
      "best 7.438 at 25 · 40 points",
      "40 points",
      "best 3 at 1 · 2 points · 1 not finite",
    ]);
    expect(text("[aria-label='single values'] > *")).toEqual(["rows 120,345"]);
    expect(text("[aria-label='runs inside'] .sd-card-key")).toEqual(["best score"]);
  });

  it("has roles and names", () => {
    show(GOLDEN);
    expect(place.querySelector("[role=group]")?.getAttribute("aria-label")).toBe(
      "run deep, running",
    );
    const bar = place.querySelector("[role=progressbar]");
    expect(bar?.getAttribute("aria-valuenow")).toBe("312");
    expect(bar?.getAttribute("aria-valuemax")).toBe("1000");
    expect(bar?.getAttribute("aria-valuetext")).toBe("312 of 1,000 · 13 s left");
  });

  it("keeps its elements when there is news", () => {
    show(GOLDEN);
    const tiles = [...place.querySelectorAll(".sd-card-tile")];
    const [first, ...others] = GOLDEN.metrics;
    if (!first) throw new Error("the golden state has metrics");
    host.push({ revision: 2, metrics: [{ ...first, last: 5.5, count: 41 }, ...others] });
    expect([...place.querySelectorAll(".sd-card-tile")]).toEqual(tiles);
    expect(text("[aria-label=metrics] .sd-card-value")[0]).toBe("5.500");
    host.push({ revision: 3, metrics: [], bars: [], inside: null, params: [] });
    expect(place.querySelectorAll(".sd-card-tile, [role=progressbar]")).toHaveLength(0);
  });

  it("goes on counting, and says when no news comes", () => {
    show({ ...GOLDEN, elapsed: 3.9 });
    expect(text(".sd-card-clock")).toEqual(["3 s"]);
    vi.advanceTimersByTime(5000);
    expect(text(".sd-card-clock")).toEqual(["8 s"]);
    vi.advanceTimersByTime(13_000);
    expect(text(".sd-card-clock")).toEqual(["3 s, and no news for 18 s"]);
    host.push({ revision: 2, elapsed: 25 });
    expect(text(".sd-card-clock")).toEqual(["25 s"]);
  });

  it("shows a loop whose end nobody knows", () => {
    show({ ...GOLDEN, bars: [{ label: "batch", done: 7, total: null, left: null }] });
    expect(text(".sd-card-words")).toEqual(["batch · 7 done"]);
    expect(place.querySelector<HTMLElement>("[role=progressbar]")?.hidden).toBe(true);
  });

  it("takes every text as text", () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const [first] = GOLDEN.metrics;
    if (!first) throw new Error("the golden state has metrics");
    show({
      ...GOLDEN,
      name: hostile,
      params: [[hostile, hostile]],
      metrics: [{ ...first, key: hostile, last: { v: hostile } }],
    });
    expect(place.querySelector("img")).toBeNull();
    expect(text(".sd-card-name")).toEqual([hostile]);
  });
});
