// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import golden from "../../tests/panels/compare.json";
import * as bus from "../src/bus";
import type { CompareState } from "../src/compare/state";
import type { Command, Model } from "../src/state";
import view from "../src/views/compare";

// What jsdom lacks: sight, frames, and a canvas.
class Observer {
  observe(): void {}
  disconnect(): void {}
}
class Image {
  readonly data: Uint8ClampedArray;
  constructor(width: number, height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}
const frames: (() => void)[] = [];
const canvas = new Proxy({}, { get: () => () => undefined, set: () => true });
vi.stubGlobal("ResizeObserver", Observer);
vi.stubGlobal("IntersectionObserver", Observer);
vi.stubGlobal("ImageData", Image);
vi.stubGlobal("requestAnimationFrame", (act: () => void) => frames.push(act));
HTMLCanvasElement.prototype.getContext = (() => canvas) as never;
HTMLElement.prototype.setPointerCapture = () => undefined;

type Recorded = { result: unknown; buffers: string[] };

/** A host that answers from what Python wrote. */
class Host implements Model {
  readonly sent: Command[] = [];
  readonly #hearers = new Map<string, Set<(...args: never[]) => void>>();
  constructor(
    public state: CompareState,
    public selection: string[] = [],
  ) {}
  get(name: string): unknown {
    return this[name as "state"];
  }
  on(event: string, hear: (...args: never[]) => void): void {
    this.#hearers.set(event, (this.#hearers.get(event) ?? new Set()).add(hear));
  }
  off(event: string, hear: (...args: never[]) => void): void {
    this.#hearers.get(event)?.delete(hear);
  }
  send(message: unknown): void {
    const { request, command, args } = message as Command;
    this.sent.push({ request, command, args });
    const known = (golden as unknown as Record<string, Recorded>)[command];
    const buffers = (known?.buffers ?? []).map(bytes);
    this.#tell("msg:custom", { request, result: known?.result ?? null }, buffers);
  }
  show(change: Partial<CompareState>): void {
    this.state = { ...this.state, ...change, revision: this.state.revision + 1 };
    this.#tell("change:state");
  }
  asked(command: string): Record<string, unknown>[] {
    return this.sent.filter((sent) => sent.command === command).map(({ args }) => args);
  }
  fail(request: string, message: string): void {
    this.#tell("msg:custom", { request, error: { message } }, []);
  }
  #tell(event: string, ...args: unknown[]): void {
    for (const hear of this.#hearers.get(event) ?? []) hear(...(args as never[]));
  }
}

function bytes(text: string): DataView {
  return new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}

/** Lets answers arrive and frames pass until nothing moves. */
async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) {
    await vi.advanceTimersByTimeAsync(300);
    for (const act of frames.splice(0)) act();
  }
}

let host: Host;
let store = ""; // another one each time, for a page remembers what is selected in a store
let stores = 0;
let place: HTMLElement;
let end: () => void;

async function open(change: Partial<CompareState> = {}, selection: string[] = []): Promise<void> {
  const state = golden.state as unknown as CompareState;
  store = `store ${++stores}`;
  host = new Host({ ...state, store, panel: `panel ${stores}`, ...change }, selection);
  end = view.render({ model: host, el: place });
  await settle();
}

const all = (selector: string): HTMLElement[] => [...place.querySelectorAll<HTMLElement>(selector)];
const one = (selector: string): HTMLElement => all(selector)[0] as HTMLElement;
const axis = (label: string): HTMLElement =>
  all(".sd-axis").find((a) => a.ariaLabel?.startsWith(`${label},`)) as HTMLElement;
const press = (element: HTMLElement, key: string, more: KeyboardEventInit = {}): boolean =>
  element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
const named = (text: string): HTMLButtonElement =>
  all("button").find((b) => b.textContent === text) as HTMLButtonElement;
const ids = golden.data.result.columns[0]?.categories as string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(() => {
  end();
  place.remove();
  frames.length = 0;
  vi.useRealTimers();
});

describe("what is shown", () => {
  it("says what is compared, and labels every plot for who cannot see it", async () => {
    await open();
    expect(one(".sd-heading").textContent).toContain("nyc-taxi12 runs");
    const labels = all("[role=img]").map((image) => image.ariaLabel ?? "");
    expect(labels[0]).toBe("Parallel coordinates of 12 runs over 4 axes, 0 selected");
    for (const word of ["Scatter of 12 runs", "Contour of rmse", "Curves of rmse of 2 runs"])
      expect(labels.some((label) => label.startsWith(word))).toBe(true);
    expect(all("section").map((part) => part.ariaLabel)).toHaveLength(6);
    expect(one(".sd-bars").textContent).toContain("alpha0.776▼ lowers rmse");
  });

  it("names its axes, their ends and their kind", async () => {
    await open();
    expect(all(".sd-axis").map((a) => a.ariaLabel)).toEqual([
      "alpha, 0.001 to 1, logarithmic",
      "depth, 2 to 6",
      "model, 3 categories",
      "rmse, 5.82 to 7.798",
    ]);
  });

  it.each([
    [{ total: 0, shown: 0 }, "No runs yet. Put %%track above a cell and run it."],
    [{ total: 0, shown: 0, filter: "metrics.rmse < 0" }, "No run matches."],
    [{ total: 1, shown: 1 }, "One run: nothing to compare yet."],
    [{ axes: [] }, "No param varies between these runs."],
  ])("says what to do when there is little: %j", async (change, words) => {
    await open(change);
    expect(one(".sd-nothing").hidden).toBe(false);
    expect(one(".sd-nothing").textContent).toContain(words);
  });

  it("shows names and values as text, whatever they are", async () => {
    const evil = `<img src=x onerror="alert(1)">`;
    const axes = golden.state.axes.map((a) => ({ ...a, label: evil }));
    await open({ title: evil, axes: axes as CompareState["axes"] });
    expect(all("img,script")).toHaveLength(0);
    expect(one(".sd-title").textContent).toBe(evil);
  });
});

describe("brushing", () => {
  it("with the keyboard selects here and in every panel, and is noted in Python", async () => {
    await open();
    const heard: string[][] = [];
    const stop = bus.onSelected(store, ({ ids }) => heard.push(ids));
    press(axis("depth"), "ArrowUp");
    expect(heard.at(-1)?.length).toBeGreaterThan(0);
    expect(heard.at(-1)?.length).toBeLessThan(12);
    expect(one(".sd-count").textContent).toBe(`${heard.at(-1)?.length} selected`);
    stop();
    await settle();
    expect(host.asked("select").at(-1)).toEqual({ ids: heard.at(-1) });
    const patch = { parallel: { brushes: { "params.depth": [[3.6, 4.4]] } } };
    expect(host.asked("arrange")).toEqual([{ patch }]);
    expect(axis("depth").ariaLabel).toBe("depth, 2 to 6, brushed 3.6 to 4.4");
    expect(one(".sd-heading [role=status]").textContent).toBe(one(".sd-count").textContent);
  });

  it("moves, grows, and ends with Escape", async () => {
    await open();
    const depth = axis("depth");
    const brush = (): string => depth.ariaLabel?.split("brushed ")[1] ?? "";
    press(depth, "ArrowUp");
    press(depth, "ArrowUp");
    await settle();
    expect(brush()).toBe("3.8 to 4.6");
    press(depth, "ArrowUp", { shiftKey: true });
    await settle();
    expect(brush()).toBe("3.8 to 4.8");
    press(depth, "Escape");
    await settle();
    expect(brush()).toBe("");
    expect(one(".sd-count").textContent).toBe("");
  });

  it("of a category is a click on its name, and another takes it back", async () => {
    await open();
    const ridge = all(".sd-pick").find((mark) => mark.textContent === "ridge") as HTMLElement;
    ridge.click();
    await settle();
    expect(axis("model").ariaLabel).toContain("brushed ridge");
    expect(one(".sd-count").textContent).toBe("4 selected");
    all(".sd-pick")
      .find((mark) => mark.textContent === "ridge")
      ?.click();
    await settle();
    expect(one(".sd-count").textContent).toBe("");
  });

  it("ends when runs are selected elsewhere, but not when Python repeats them", async () => {
    await open();
    press(axis("depth"), "ArrowUp");
    await settle();
    const mine = host.asked("select").at(-1)?.ids as string[];
    bus.tellSelected({ store, ids: [...mine], from: undefined });
    expect(axis("depth").ariaLabel).toContain("brushed");
    bus.tellSelected({ store, ids: [ids[0] as string], from: "another" });
    await settle();
    expect(axis("depth").ariaLabel).not.toContain("brushed");
    expect(one(".sd-count").textContent).toBe("1 selected");
    expect(host.asked("arrange").at(-1)).toEqual({
      patch: { parallel: { brushes: { "params.depth": [] } } },
    });
  });

  it("that Python has noted is there again", async () => {
    const chosen = ids.slice();
    const { parallel } = golden.state.view;
    const brushes = { "params.depth": [[2, 6]] as [number, number][] };
    const arranged = { ...golden.state.view, parallel: { ...parallel, brushes } };
    await open({ view: arranged as unknown as CompareState["view"] }, chosen);
    expect(one(".sd-count").textContent).toBe("12 selected");
    expect(axis("depth").ariaLabel).toContain("brushed 2 to 6");
    expect(host.asked("arrange")).toEqual([]);
  });
});

describe("selecting", () => {
  it("shows what differs between two runs, and clears", async () => {
    await open();
    expect(one(".sd-differences .sd-empty").dataset.says).toContain("Select two runs or more");
    bus.tellSelected({ store, ids: ids.slice(0, 2), from: undefined });
    await settle();
    expect(host.asked("differences").at(-1)?.ids).toHaveLength(2);
    expect(all(".sd-differences tbody th").map((th) => th.textContent)).toContain("alpha");
    expect(all(".sd-other").map((td) => td.textContent)).toContain("ridge");
    expect(one(".sd-differences > p").textContent).toBe(
      "The same in all, hidden: params (1), tags (1).",
    );
    named("Clear").click();
    await settle();
    expect(host.asked("select").at(-1)).toEqual({ ids: [] });
  });

  it("keeps only what is selected", async () => {
    await open({}, ids.slice(0, 3));
    named("Keep only").click();
    expect(new Set(host.asked("keep")[0]?.ids as string[])).toEqual(new Set(ids.slice(0, 3)));
    host.show({ kept: true });
    named("Show all").click();
    expect(host.asked("keep")[1]).toEqual({ ids: null });
  });

  it("goes from point to point with arrow keys and selects with Space", async () => {
    await open();
    const plot = one(".sd-scatter .sd-plot");
    press(plot, "ArrowRight");
    await settle();
    expect(one(".sd-tip").hidden).toBe(false);
    expect(one(".sd-tip").textContent).toContain("run 0");
    press(plot, " ");
    press(plot, "ArrowRight");
    press(plot, " ");
    expect(one(".sd-count").textContent).toBe("2 selected");
    press(plot, "Escape");
    expect(one(".sd-count").textContent).toBe("");
  });
});

describe("arranging", () => {
  const sent = (): unknown => host.asked("arrange").at(-1)?.patch;

  it("moves, flips, scales, colours and removes axes with the keyboard", async () => {
    await open();
    press(axis("alpha"), "ArrowRight", { altKey: true });
    press(axis("alpha"), "f");
    press(axis("alpha"), "l");
    press(axis("alpha"), "c");
    await settle();
    expect(sent()).toEqual({
      parallel: {
        axes: ["params.depth", "params.alpha", "params.model", "metrics.rmse"],
        flipped: ["params.alpha"],
        log: [],
        colour: "params.alpha",
      },
    });
    expect(all(".sd-axis")[1]?.ariaLabel).toBe("alpha, 0.001 to 1, flipped");
    press(axis("alpha"), "Delete");
    await settle();
    expect(all(".sd-axis")).toHaveLength(3);
    expect(document.activeElement).toBe(axis("model"));
  });

  it("adds an axis with the scale that suits it, and offers no axis twice", async () => {
    await open();
    const add = one(".sd-parallel select") as HTMLSelectElement;
    expect([...add.options].map((o) => o.value)).not.toContain("params.alpha");
    add.value = "duration";
    add.dispatchEvent(new Event("change"));
    await settle();
    expect(all(".sd-axis")).toHaveLength(5);
    expect([...add.options].map((o) => o.value)).not.toContain("duration");
  });

  it("folds a section away, and asks for nothing that it would show", async () => {
    await open({ view: { ...golden.state.view, closed: ["contour"] } as never });
    expect(host.asked("contour")).toEqual([]);
    const head = named("Contour");
    expect(head.getAttribute("aria-expanded")).toBe("false");
    head.click();
    await settle();
    expect(host.asked("contour")).toHaveLength(1);
    expect(sent()).toEqual({ closed: [] });
  });

  it("asks for the runs again only when they may have changed", async () => {
    await open();
    host.show({ title: "other" });
    await settle();
    expect(host.asked("data")).toHaveLength(1);
    host.show({ data: 1 });
    await settle();
    expect(host.asked("data")).toHaveLength(2);
    expect(host.asked("contour")).toHaveLength(2);
  });

  it("offers the Pareto front only where better is known", async () => {
    await open();
    expect(named("Pareto").disabled).toBe(true);
    expect(named("Pareto").title).toContain("less or more is better");
    const axes = golden.state.axes.map((a) => ({ ...a, better: "less" }));
    host.show({ axes: axes as CompareState["axes"] });
    named("Pareto").click();
    await settle();
    expect(one(".sd-scatter > p").textContent).toMatch(/^Pareto front: \d+ runs/);
    named("Select them").click();
    expect(one(".sd-count").textContent).not.toBe("");
  });

  it("says in words what Python refuses", async () => {
    await open();
    host.send = (message) =>
      host.fail((message as Command).request, "no axis `x`; did you mean `y`?");
    press(axis("alpha"), "f");
    await settle();
    expect(one("p[role=alert]").textContent).toBe("no axis `x`; did you mean `y`?");
  });
});

describe("a saved page", () => {
  it("asks only what was recorded, and switches off what needs a kernel", async () => {
    await open({ frozen: true });
    expect(host.asked("curves")).toEqual([{ ids: null, metric: "metrics.rmse", x: "step" }]);
    expect(host.asked("differences").every(({ ids }) => ids === null)).toBe(true);
    const off = all("select:disabled").map((s) => s.closest("label")?.textContent ?? "");
    expect(off.length).toBeGreaterThanOrEqual(6);
    expect(named("Keep only").title).toContain("only a notebook can answer");
    press(axis("depth"), "ArrowUp");
    await settle();
    expect(one(".sd-count").textContent).not.toBe("");
    expect(host.sent.map(({ command }) => command)).not.toContain("arrange");
  });
});
