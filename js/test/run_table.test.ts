// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import golden from "../../tests/panels/run_table.json";
import type { Answer, Command, Model } from "../src/state";
import { deltaOf, groundOf, spreadOf, textOf } from "../src/table/cells";
import type { Column, Line, RunLine, TableState } from "../src/table/state";
import { stickingAt } from "../src/table/widths";
import view from "../src/views/run_table";

class Observer {
  observe(): void {}
  disconnect(): void {}
}
vi.stubGlobal("ResizeObserver", Observer);
vi.stubGlobal("IntersectionObserver", Observer);

const plain = golden.plain as unknown as TableState;
const grouped = golden.grouped as unknown as TableState;

/** A host that keeps what it is sent; `answers` says what it answers at once. */
class Host implements Model {
  readonly sent: Command[] = [];
  readonly #hearers = new Map<string, Set<(...args: never[]) => void>>();
  answers: Record<string, unknown> = {};

  constructor(
    private state: TableState,
    private readonly selection: string[] = [],
  ) {}
  get(name: string): unknown {
    return name === "state" ? this.state : this.selection;
  }
  on(event: string, hear: (...args: never[]) => void): void {
    this.#hearers.set(event, (this.#hearers.get(event) ?? new Set()).add(hear));
  }
  off(event: string, hear: (...args: never[]) => void): void {
    this.#hearers.get(event)?.delete(hear);
  }
  send(message: unknown): void {
    const asked = message as Command;
    this.sent.push(asked);
    if (!(asked.command in this.answers)) return;
    const said = this.answers[asked.command];
    const answer: Answer = { request: asked.request };
    if (said instanceof Error) answer.error = said as unknown as { message: string };
    else answer.result = said;
    for (const hear of this.#hearers.get("msg:custom") ?? []) hear(answer as never);
  }
  show(state: Partial<TableState>): void {
    this.state = { ...this.state, revision: this.state.revision + 1, ...state };
    for (const hear of this.#hearers.get("change:state") ?? []) hear();
  }
  last(command: string): Record<string, unknown> | undefined {
    return this.sent.filter((message) => message.command === command).at(-1)?.args;
  }
}

let count = 0;
let end = (): void => undefined;
let place: HTMLElement;

function show(state: TableState, selection: string[] = []): Host {
  count += 1;
  const own = { panel: `panel ${count}`, store: `store ${count}` };
  const host = new Host({ ...state, ...own }, selection);
  place = document.createElement("div");
  document.body.append(place);
  end = view.render({ model: host, el: place });
  return host;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  place.remove();
  end();
  vi.useRealTimers();
});

const all = (role: string): HTMLElement[] => [
  ...place.querySelectorAll<HTMLElement>(`[role=${role}]`),
];
const named = (role: string, name: string): HTMLElement => {
  const found = [...document.querySelectorAll<HTMLElement>(role)].find(
    (el) => el.getAttribute("aria-label") === name || el.textContent === name,
  );
  if (!found) throw new Error(`no ${role} is called ${name}`);
  return found;
};
const grid = (): HTMLElement => all("grid")[0] as HTMLElement;
const rows = (): HTMLElement[] =>
  all("row")
    .filter((row) => row.dataset.index)
    .sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index));
const cells = (row: HTMLElement | undefined): string[] =>
  [...(row?.querySelectorAll("[role=gridcell]") ?? [])].map((cell) => cell.textContent ?? "");
const press = (key: string, more: KeyboardEventInit = {}): boolean =>
  grid().dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
  );
const active = (): string =>
  document.getElementById(grid().getAttribute("aria-activedescendant") ?? "")?.textContent ?? "";

describe("what Python says is what is seen", () => {
  it("shows a row a line, in the order of the columns", () => {
    show(plain);
    expect(rows().length).toBe(plain.lines);
    const heads = all("columnheader").map((head) => head.querySelector("span")?.textContent);
    expect(heads.slice(1)).toEqual(plain.columns.map((column) => column.label));
    expect(cells(rows()[0])[2]).toContain("run 1");
    expect(grid().getAttribute("aria-rowcount")).toBe(String(plain.lines + 1));
  });

  it("shows a hostile name as text", () => {
    show(plain);
    expect(place.querySelector("script")).toBeNull();
    expect(grid().textContent).toContain("<script>alert(1)</script>");
  });

  it("shows how far a running run is, and how long it has run", () => {
    vi.setSystemTime(4_102_444_801_000 + 65_000);
    show(plain);
    expect(cells(rows()[0]).join(" ")).toMatch(/25 %.*1 min 5 s/);
    vi.setSystemTime(4_102_444_801_000 + 70_000);
    vi.advanceTimersByTime(1000);
    expect(cells(rows()[0]).join(" ")).toContain("1 min 11 s");
  });

  it("keeps NaN, an infinity, a None and nothing apart", () => {
    const metric = plain.columns.find((column) => column.kind === "metric") as Column;
    const shown = [{ f: "NaN" }, { f: "-Infinity" }, { v: "None" }, null].map((cell) =>
      textOf(metric, cell),
    );
    expect(shown).toEqual(["NaN", "−∞", "None", ""]);
  });

  it("shows groups with mean and deviation", () => {
    show(grouped);
    const lines = grouped.first.filter((line) => "group" in line);
    expect(rows().length).toBe(lines.length);
    expect(rows()[0]?.getAttribute("aria-expanded")).toBe("false");
    const column = { ...(grouped.columns[2] as Column), decimals: 2 };
    expect(spreadOf(column, [6.4321, 0.1234])).toBe("6.43 ± 0.12");
    expect(spreadOf(column, [6.4321, null])).toBe("6.43");
  });

  it("says how many there are, and how many constant columns are hidden", () => {
    const counts = { matching: 345, total: 12345, deleted: 0, constant: 3 };
    show({ ...plain, count: counts });
    expect(place.querySelector(".sd-count")?.textContent).toBe(
      "345 of 12,345 runs · 3 constant columns hidden",
    );
  });

  it("has a hint where there is nothing", () => {
    const none = { matching: 0, total: 0, deleted: 0, constant: 0 };
    const host = show({ ...plain, lines: 0, first: [], count: none, experiment: "taxi" });
    expect(place.textContent).toContain("No runs in taxi yet.");
    expect(place.textContent).toContain("%%track");
    host.show({ filter: "x", count: { ...none, total: 7 } });
    expect(place.textContent).toContain("None of the 7 runs in taxi matches.");
  });
});

describe("cells", () => {
  const column = { kind: "metric", better: "less", range: [0, 10], colour: true } as Column;

  it("are coloured by direction", () => {
    expect(groundOf(column, 0, false)).toBe(groundOf({ ...column, better: "more" }, 10, false));
    expect(groundOf(column, { f: "NaN" }, false)).toBe("");
    expect(groundOf({ ...column, range: [1, 1] }, 1, false)).toContain("rgba");
  });

  it("say how they differ from the baseline, and whether that is better", () => {
    expect(deltaOf(column, 9, 10)?.className).toContain("sd-good");
    expect(deltaOf({ ...column, better: "more" }, 9, 10)?.className).toContain("sd-bad");
    expect(deltaOf(column, 9, 10)?.textContent).toBe("−10.0 %");
    expect(deltaOf(column, { f: "NaN" }, 10)).toBeUndefined();
  });

  it("stick where they are pinned", () => {
    const columns = [{ pinned: true }, { pinned: true }, { pinned: false }] as Column[];
    expect(stickingAt(columns, [34, 100, 80])).toEqual([30, 64, undefined]);
  });
});

describe("only what is in sight exists", () => {
  const long = { ...plain, lines: 100_000 };

  it("draws a few rows of very many, and asks for their page", () => {
    const host = show(long);
    expect(rows().length).toBeLessThan(60);
    const starts = host.sent.filter((m) => m.command === "page").map((m) => m.args.start);
    expect(starts).toEqual([0, 200]);
  });

  it("shows a page when it comes, wherever one scrolled", async () => {
    const host = show(long);
    const line = { ...(plain.first[0] as RunLine), id: "f".repeat(32) };
    const name = plain.columns.findIndex((c) => c.type === "name");
    line.cells = line.cells.map((cell, i) => (i === name ? "far away" : cell));
    host.answers.page = Array.from({ length: 200 }, (): Line => line);
    grid().scrollTop = 50_000 * 26;
    grid().dispatchEvent(new Event("scroll"));
    await vi.advanceTimersByTimeAsync(50);
    expect(rows()[12]?.textContent).not.toBe("");
    expect(host.last("page")?.start).toBeGreaterThan(49_000);
  });
});

describe("sorting", () => {
  it("goes up, down and back; with shift beside the others", () => {
    const host = show(plain);
    const head = (): HTMLElement => all("columnheader")[3] as HTMLElement;
    const id = plain.columns[2]?.id as string;
    head().click();
    const first = (host.last("sort")?.by as { column: string; descending: boolean }[])[0];
    expect(first?.column).toBe(id);
    host.show({ sort: [first as never] });
    expect(head().getAttribute("aria-sort")).toBe("ascending");
    head().click();
    expect(host.last("sort")?.by).toEqual([{ column: id, descending: true }]);
    host.show({ sort: [{ column: id, descending: true }] });
    head().click();
    expect(host.last("sort")?.by).toEqual([]);
    const other = all("columnheader")[4] as HTMLElement;
    other.dispatchEvent(new MouseEvent("click", { shiftKey: true, bubbles: true }));
    expect((host.last("sort")?.by as unknown[]).length).toBe(2);
  });
});

describe("the keyboard", () => {
  it("goes through the cells and the header", () => {
    show(plain);
    press("ArrowDown");
    expect(active()).toContain(cells(rows()[1])[2]);
    press("End");
    press("Home");
    press("ArrowUp");
    press("ArrowUp");
    expect(document.getElementById(grid().getAttribute("aria-activedescendant") ?? "")?.role).toBe(
      "columnheader",
    );
  });

  it("selects, extends and clears; no key of it reaches the notebook", async () => {
    const host = show(plain);
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    press(" ");
    press("ArrowDown", { shiftKey: true });
    await vi.advanceTimersByTimeAsync(100);
    const ids = plain.first.map((line) => (line as RunLine).id);
    expect(host.last("select")?.ids).toEqual(ids.slice(0, 2));
    expect(rows().map((row) => row.getAttribute("aria-selected"))).toEqual([
      "true", "true", "false", "false",
    ]); // biome-ignore format: a row
    press("Escape");
    expect(place.querySelectorAll("[aria-selected=true]").length).toBe(0);
    expect(heard).not.toHaveBeenCalled();
    document.body.removeEventListener("keydown", heard);
  });

  it("asks for all that match", () => {
    const host = show(plain);
    press("a", { ctrlKey: true });
    expect(host.last("ids")).toEqual({});
  });

  it("edits the name in place", () => {
    const host = show(plain);
    press("F2");
    const box = place.querySelector<HTMLInputElement>("input.sd-editor") as HTMLInputElement;
    expect(box.value).toBe("run 1");
    box.value = "better";
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect(host.last("rename")).toEqual({ run: (plain.first[0] as RunLine).id, name: "better" });
    press("F2");
    const again = place.querySelector<HTMLInputElement>("input.sd-editor") as HTMLInputElement;
    again.value = "worse";
    again.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(host.sent.filter((m) => m.command === "rename").length).toBe(1);
  });

  it("deletes after asking, and undoes it", async () => {
    const host = show(plain);
    host.answers = { delete: null, restore: null };
    press("Delete");
    expect(host.last("delete")).toBeUndefined();
    named("button", "Delete").focus();
    for (const button of place.querySelectorAll<HTMLElement>(".sd-bar-line button"))
      if (button.textContent === "Delete") button.click();
    expect(host.last("delete")?.ids).toEqual([(plain.first[0] as RunLine).id]);
    await vi.advanceTimersByTimeAsync(1);
    named("button", "Undo").click();
    expect(host.last("restore")?.ids).toEqual([(plain.first[0] as RunLine).id]);
  });

  it("opens a menu of the column, which leads back", () => {
    const host = show(plain);
    press("ArrowRight");
    press("ArrowDown", { altKey: true });
    const items = [...document.querySelectorAll<HTMLElement>("[role^=menuitem]")];
    expect(items.map((item) => item.textContent)).toContain("✓Last value");
    expect(document.activeElement).toBe(items[0]);
    named("[role=menuitem]", "Hide").click();
    expect(host.last("hide")).toEqual({ column: plain.columns[2]?.id });
    expect(document.querySelector("[role=menu]")).toBeNull();
  });

  it("opens and closes groups", () => {
    const host = show(grouped);
    press("ArrowRight");
    expect(host.last("open")).toEqual({ group: (grouped.first[0] as { group: number }).group });
    press("Enter");
    expect(host.sent.filter((m) => m.command === "open").length).toBe(2);
  });
});

describe("the filter box", () => {
  const box = (): HTMLInputElement => all("combobox")[0] as HTMLInputElement;
  const type = (text: string): void => {
    box().focus();
    box().value = text;
    box().setSelectionRange(text.length, text.length);
    box().dispatchEvent(new Event("input"));
  };

  it("sends what is typed, the last of it when the answer has come", async () => {
    const host = show(plain);
    type("metrics.rmse < 7");
    type("metrics.rmse < 71");
    const sent = (): unknown[] =>
      host.sent.filter((m) => m.command === "filter").map((m) => m.args.text);
    expect(sent()).toEqual(["metrics.rmse < 7"]);
    host.answers.filter = null;
    type("metrics.rmse < 712");
    expect(sent()).toEqual(["metrics.rmse < 7"]);
  });

  it("says what is wrong and where, at Enter or after a pause", async () => {
    const host = show(plain);
    host.answers.filter = Object.assign(new Error(), { message: "no `rmsx`", start: 0, end: 12 });
    type("metrics.rmsx < 7");
    await vi.advanceTimersByTimeAsync(1);
    expect(place.querySelector<HTMLElement>(".sd-problem")?.hidden).toBe(true);
    box().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect(place.querySelector(".sd-problem")?.textContent).toContain("no `rmsx`");
    expect(place.querySelector(".sd-wrong")?.textContent).toBe("metrics.rmsx");
    expect(box().getAttribute("aria-invalid")).toBe("true");
    host.answers.filter = null;
    type("metrics.rmse < 7");
    await vi.advanceTimersByTimeAsync(1);
    expect(box().getAttribute("aria-invalid")).toBeNull();
  });

  it("completes", async () => {
    const host = show(plain);
    host.answers = {
      filter: null,
      complete: { from: 0, items: [{ text: "metrics.rmse", kind: "metric" }] },
    };
    type("rm");
    await vi.advanceTimersByTimeAsync(1);
    expect(all("option").map((o) => o.textContent)).toEqual(["metrics.rmsemetric"]);
    box().dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown" }));
    expect(box().getAttribute("aria-activedescendant")).toBe(all("option")[0]?.id);
    box().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect(box().value).toBe("metrics.rmse ");
    expect(all("option")).toEqual([]);
  });
});

describe("a saved page", () => {
  it("shows what was saved, and offers nothing it cannot do", () => {
    show({ ...plain, frozen: true, lines: 5000, recorded: 4 });
    expect(rows().length).toBe(4);
    expect(place.querySelector(".sd-frozen")).not.toBeNull();
    expect(place.querySelector(".sd-count")?.textContent).toContain("the first 4 saved here");
  });
});
