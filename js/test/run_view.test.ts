// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import golden from "../../tests/panels/run_view.json";
import type { RunState } from "../src/run/state";
import type { Command, Model } from "../src/state";
import view from "../src/views/run_view";

/** Says at once that everything can be seen, which jsdom has no notion of. */
class Sight {
  constructor(private readonly act: (entries: unknown[]) => void) {}
  observe(target: Element): void {
    this.act([{ target, isIntersecting: true }]);
  }
  disconnect(): void {}
}
vi.stubGlobal("ResizeObserver", Sight);
vi.stubGlobal("IntersectionObserver", Sight);

type Answers = Record<string, { result: unknown; buffers?: Float64Array[] } | string>;

const CURVE = {
  result: [{ key: "rmse", points: 300, none: [3] }],
  buffers: [new Float64Array([0, 1, 2, 3, 4]), new Float64Array([8, 7, Number.NaN, Number.NaN, 6])],
};

/** A host that answers every command at once, from a table. */
class Host implements Model {
  readonly sent: Command[] = [];
  private readonly hearers = new Map<string, Set<(...args: never[]) => void>>();
  answers: Answers = { sparks: CURVE, curve: CURVE, source: { result: golden.answers.source } };
  constructor(public state: RunState) {}
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
    const command = message as Command;
    this.sent.push(command);
    const known = this.answers[command.command] ?? { result: null };
    const { request } = command;
    if (typeof known === "string")
      this.tell("msg:custom", { request, error: { message: known } }, []);
    else {
      const views = (known.buffers ?? []).map((buffer) => new DataView(buffer.buffer));
      this.tell("msg:custom", { request, result: known.result }, views);
    }
  }
  show(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change, revision: this.state.revision + 1 };
    this.tell("change:state");
  }
  asked(command: string): Record<string, unknown>[] {
    return this.sent.filter((sent) => sent.command === command).map(({ args }) => args);
  }
  private tell(event: string, ...args: unknown[]): void {
    for (const hear of this.hearers.get(event) ?? []) hear(...(args as never[]));
  }
}

let count = 0;
const state = (change: object = {}): RunState =>
  ({
    ...structuredClone(golden.state),
    panel: `panel ${count++}`,
    ...change,
  }) as unknown as RunState;

let root: HTMLElement;
let end = (): void => undefined;
function shown(change: object = {}): Host {
  const host = new Host(state(change));
  end = view.render({ model: host, el: root });
  return host;
}

const part = (name: string): HTMLElement => root.querySelector(`.sd-of-${name}`) as HTMLElement;
const text = (selector: string): string => root.querySelector(selector)?.textContent ?? "";
const button = (label: string): HTMLButtonElement =>
  [...root.querySelectorAll("button")].find((b) =>
    (b.getAttribute("aria-label") ?? b.textContent ?? "").includes(label),
  ) as HTMLButtonElement;
const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

function press(element: Element, key: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  element.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  root = document.createElement("div");
  document.body.replaceChildren(root);
});

afterEach(() => end());

describe("the head", () => {
  it("says what the run is and where it comes from", () => {
    shown();
    expect(text("h2")).toBe("lasso");
    for (const word of [
      "FINISHED",
      "1.5 s",
      "nyc-taxi",
      "taxi.ipynb",
      "0123456789 + changes",
      "search",
    ])
      expect(text(".sd-facts")).toContain(word);
    expect(text(".sd-neighbours")).toContain("attempt 2 of 3");
    expect(root.querySelector(".sd-status")?.getAttribute("aria-label")).toBe("FINISHED");
  });

  it("goes to the neighbours by button and by key", async () => {
    const host = shown();
    button("Previous run").click();
    press(root.querySelector(".sd-run") as Element, "]");
    expect(host.asked("go")).toEqual([{ run_id: "a".repeat(32) }, { run_id: "b".repeat(32) }]);
    press(root.querySelector("input") as Element, "]"); // somebody is writing
    expect(host.asked("go")).toHaveLength(2);
  });

  it("has no neighbour to go to at the end of the line", () => {
    shown({ run: { ...golden.state.run, next: null } });
    expect(button("Next run").disabled).toBe(true);
  });

  it("renames in place, with the key too", async () => {
    const host = shown();
    press(root.querySelector(".sd-run") as Element, "F2");
    await settled();
    const box = root.querySelector("h2 input") as HTMLInputElement;
    expect(box.value).toBe("lasso");
    box.value = "<b>new</b>";
    expect(press(box, "Enter").defaultPrevented).toBe(true);
    expect(host.asked("rename")).toEqual([{ name: "<b>new</b>" }]);
    host.show({ run: { ...host.state.run, name: "<b>new</b>" } });
    expect(text("h2")).toBe("<b>new</b>");
    expect(root.querySelector("h2 b")).toBeNull();
  });

  it("keeps what is being typed when news come, and shows them after", async () => {
    const host = shown();
    button("Rename").click();
    await settled();
    host.show({ run: { ...host.state.run, name: "by another" } });
    const box = root.querySelector("h2 input") as HTMLInputElement;
    press(box, "Escape");
    expect(host.asked("rename")).toEqual([]);
    expect(text("h2")).toBe("by another");
  });

  it("says what Python has against a change", async () => {
    const host = shown();
    host.answers.rename = "a run's name has at least one letter.";
    button("Rename").click();
    await settled();
    const box = root.querySelector("h2 input") as HTMLInputElement;
    box.value = " ";
    press(box, "Enter");
    await settled();
    expect(text("[role=alert]")).toBe("a run's name has at least one letter.");
    expect(text("h2")).toBe("lasso");
  });

  it("shows a failure, the trash, and a store that cannot be read", () => {
    const run = { ...golden.state.run, status: "FAILED", error: "<i>why</i>", deleted: true };
    const host = shown({ run, trouble: "The store is gone." });
    expect(text(".sd-error")).toBe("<i>why</i>");
    expect(root.textContent).toContain("The store is gone.");
    button("Restore").click();
    expect(host.asked("restore")).toHaveLength(1);
  });
});

describe("params and tags", () => {
  it("are listed with their types, and found", async () => {
    shown();
    const rows = (): number => part("params").querySelectorAll("tr").length;
    expect(rows()).toBe(15);
    const find = part("params").querySelector("input") as HTMLInputElement;
    find.value = "MODEL.";
    find.dispatchEvent(new Event("input"));
    await settled();
    expect(rows()).toBe(1);
    expect(part("params").textContent).toContain("gbtreestr");
  });

  it("show a long value when asked", async () => {
    const host = shown();
    host.answers.whole = { result: "<b>whole</b>" };
    (part("params").querySelector(".sd-whole") as HTMLElement).click();
    await settled();
    expect(host.asked("whole")).toEqual([{ section: "params", key: "long" }]);
    expect(text(".sd-long")).toBe("<b>whole</b>");
  });

  it("ask for the rest when there are more than the state has", async () => {
    const params = { rows: golden.state.params.rows.slice(0, 2), total: 15 };
    const host = shown({ params });
    host.answers.rows = { result: golden.state.params.rows };
    button("2 of 15: show all").click();
    await settled();
    expect(part("params").querySelectorAll("tr")).toHaveLength(15);
    host.show({ params: { ...host.state.params, total: 16 } });
    await settled();
    expect(part("params").querySelectorAll("tr")).toHaveLength(15);
  });

  it("are added, changed and removed", async () => {
    const host = shown();
    const [key, value] = part("tags").querySelectorAll<HTMLInputElement>("form input");
    Object.assign(key as object, { value: "kind" });
    Object.assign(value as object, { value: "new" });
    part("tags").querySelector("form")?.requestSubmit();
    await settled();
    button("Remove the tag team").click();
    button("mobility; Change").click();
    await settled();
    const box = part("tags").querySelector("td input") as HTMLInputElement;
    box.value = "research";
    box.blur();
    await settled();
    expect(host.asked("tag")).toEqual([
      { key: "kind", value: "new" },
      { key: "team", value: "research" },
    ]);
    expect(host.asked("untag")).toEqual([{ key: "team" }]);
  });
});

describe("metrics", () => {
  it("say what they came to, at which step, and what was best", () => {
    shown();
    const [rmse] = part("metrics").querySelectorAll("tbody tr");
    expect(rmse?.textContent).toBe("rmse6.283 @ 2996.100 @ 2806.100 @ 28015.25 @ 0300");
    expect(rmse?.querySelector(".sd-best")?.textContent).toBe("6.100 @ 280");
    expect(part("metrics").textContent).toContain("NaN @ 1");
  });

  it("have a curve each when there is more than a point", async () => {
    const host = shown();
    await settled();
    expect(host.asked("sparks")).toEqual([{ keys: ["rmse", "loss"] }]);
    const card = button("rmse, last 6.283");
    expect(card.querySelector("path")?.getAttribute("d")).toMatch(/^M4\.0 4\.0L.*M196\.0 60\.0h0$/);
    expect([...card.querySelectorAll("text")].map((t) => t.textContent)).toEqual(["×", "○"]);
  });

  it("ask again when there is news of them, not when there is other news", async () => {
    const host = shown();
    host.show({ note: { text: "new", cut: false } });
    expect(host.asked("sparks")).toHaveLength(1);
    host.show({ metrics: { ...host.state.metrics, total: 4 } });
    expect(host.asked("sparks")).toHaveLength(2);
  });

  it("enlarge, and are read with the keys", async () => {
    const host = shown();
    button("rmse, last").click();
    await settled();
    expect(host.asked("enlarge")).toEqual([{ key: "rmse" }]);
    const plot = root.querySelector(".sd-plot-place") as HTMLElement;
    press(plot, "Home");
    expect(text(".sd-reading")).toBe("8 at step 0");
    press(plot, "End");
    press(plot, "ArrowLeft");
    expect(text(".sd-reading")).toBe("None at step 3");
    press(plot, "Escape");
    expect(root.querySelector(".sd-plot")).toBeNull();
    expect(host.asked("enlarge")).toEqual([{ key: "rmse" }, { key: null }]);
  });
});

describe("a key that comes before the curve", () => {
  it.each([
    ["Home", "8 at step 0"],
    ["End", "6 at step 4"],
  ])("%s is kept for it", async (key, read) => {
    shown();
    button("rmse, last").click();
    press(root.querySelector(".sd-plot-place") as Element, key);
    await settled();
    expect(text(".sd-reading")).toBe(read);
  });
});

describe("artifacts", () => {
  const items = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>("[role=treeitem]")];

  it("are a tree that the keys walk", () => {
    const host = shown();
    expect(items().map((i) => i.dataset.path)).toEqual([
      "data",
      "data/trips.csv",
      "model",
      "log.txt",
    ]);
    items()[0]?.focus();
    press(document.activeElement as Element, "ArrowDown");
    press(document.activeElement as Element, "Enter");
    expect(host.asked("look")).toEqual([{ path: "data/trips.csv" }]);
    press(document.activeElement as Element, "ArrowLeft");
    press(document.activeElement as Element, "ArrowLeft");
    expect(items().map((i) => i.dataset.path)).toEqual(["data", "model", "log.txt"]);
    press(document.activeElement as Element, "End");
    expect((document.activeElement as HTMLElement).dataset.path).toBe("log.txt");
  });

  it("show a page without its scripts and without anything it would load", async () => {
    const host = shown({ path: null });
    host.answers.artifact = { result: { kind: "html", size: 9, text: "<script>x()</script>" } };
    host.show({ path: "log.txt" });
    await settled();
    const frame = root.querySelector("iframe") as HTMLIFrameElement;
    expect(frame.getAttribute("sandbox")).toBe("");
    expect(frame.srcdoc).toMatch(
      /^<meta http-equiv="Content-Security-Policy" content="default-src 'none'/,
    );
  });

  it("show a table with how many rows it is of", async () => {
    const host = shown();
    const result = {
      kind: "table",
      size: 9,
      columns: ["<a>"],
      rows: [[null], [{ f: "NaN" }]],
      total: 12345,
      width: 1,
    };
    host.answers.artifact = { result };
    host.show({ path: "data/trips.csv" });
    await settled();
    expect(text(".sd-preview")).toContain("2 of 12,345 rows");
    expect([...root.querySelectorAll(".sd-data td")].map((c) => c.textContent)).toEqual([
      "–",
      "NaN",
    ]);
    expect(text(".sd-data th")).toBe("<a>");
  });

  it("say what is wrong with one", async () => {
    const host = shown();
    host.answers.artifact = "The content is missing.";
    host.show({ path: "log.txt" });
    await settled();
    expect(text(".sd-preview")).toBe("The content is missing.");
  });

  it("tell how to fetch what is too large for the browser", async () => {
    const host = shown();
    host.answers.artifact = { result: { kind: "other", size: 6e7, digest: "d".repeat(64) } };
    host.answers.download = { result: false };
    host.show({ path: "log.txt" });
    await settled();
    button("Download").click();
    await settled();
    expect(text(".sd-preview [role=status]")).toContain('artifact_path="log.txt")');
  });
});

describe("the other sections", () => {
  it("show the source in its colours", async () => {
    shown();
    await settled();
    expect(text(".sd-source .sd-code")).toBe("%%track lasso\nalpha = 0.01\nrmse = 6.28");
    expect(root.querySelector(".sd-t-n")?.textContent).toBe("0.01");
  });

  it("fold, and ask for nothing while folded", async () => {
    const host = shown({ folded: ["source"] });
    await settled();
    expect(host.asked("source")).toEqual([]);
    (part("source").querySelector(".sd-fold") as HTMLElement).click();
    await settled();
    expect(host.asked("fold")).toEqual([{ section: "source", folded: false }]);
    expect(host.asked("source")).toHaveLength(1);
  });

  it("write the note", async () => {
    const host = shown();
    expect(text(".sd-note h5")).toBe("Tried");
    button("Edit the note").click();
    await settled();
    const area = root.querySelector("textarea") as HTMLTextAreaElement;
    expect(area.value).toBe("## Tried\n\n*deeper*");
    area.value = "again";
    area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true }));
    await settled();
    expect(host.asked("write_note")).toEqual([{ text: "again" }]);
    expect(root.querySelector("textarea")).toBeNull();
  });

  it("say what to do where there is nothing", () => {
    const none = { rows: [], total: 0 };
    const nothing = { params: none, tags: none, metrics: none, files: none };
    shown({ ...nothing, note: { text: "", cut: false }, source: false, environment: null });
    for (const hint of ["log_params", "log_metric", "log_artifact", "%%track", "None yet"])
      expect(root.textContent).toContain(hint);
  });

  it("ask for no change in a saved page", () => {
    const host = shown({ frozen: true });
    expect(root.querySelectorAll("form, .sd-editable")).toHaveLength(0);
    expect(button("Previous run").disabled).toBe(true);
    button("rmse, last").click();
    (part("params").querySelector(".sd-fold") as HTMLElement).click();
    expect(host.asked("enlarge")).toEqual([]);
    expect(host.asked("fold")).toEqual([]);
  });
});
