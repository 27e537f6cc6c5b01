// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CommandError, type Panel, panelOf } from "../src/panel";
import type { Answer, Command, Model, PanelState } from "../src/state";

// What jsdom lacks.
class Observer {
  observe(): void {}
  disconnect(): void {}
}
vi.stubGlobal("ResizeObserver", Observer);
vi.stubGlobal("IntersectionObserver", Observer);

/** A host that keeps what it is sent, and answers when told to. */
class Host implements Model {
  readonly sent: Command[] = [];
  readonly hearers = new Map<string, Set<(...args: never[]) => void>>();
  gone = false;
  constructor(readonly traits: { state: PanelState; selection: string[] }) {}
  get(name: string): unknown {
    return this.traits[name as "state"];
  }
  on(event: string, hear: (...args: never[]) => void): void {
    this.hearers.set(event, (this.hearers.get(event) ?? new Set()).add(hear));
  }
  off(event: string, hear: (...args: never[]) => void): void {
    this.hearers.get(event)?.delete(hear);
  }
  send(message: unknown): void {
    if (this.gone) throw new Error("Cannot send");
    this.sent.push(message as Command);
  }
  say(message: Partial<Answer> | { selected: string[] }): void {
    for (const hear of this.hearers.get("msg:custom") ?? []) hear(message as never);
  }
  show(state: PanelState): void {
    this.traits.state = state;
    for (const hear of this.hearers.get("change:state") ?? []) hear();
  }
  commands(name: string): Command[] {
    return this.sent.filter(({ command }) => command === name);
  }
}

let count = 0;
const host = (store = `store ${count}`, selection: string[] = []): Host =>
  new Host({ state: { panel: `panel ${count++}`, store, revision: 0 }, selection });

function place(): HTMLElement {
  const el = document.createElement("div");
  document.body.append(el);
  return el;
}

/** A module as a widget loads it, and the panels that were begun with it. */
function module(): { begun: Panel<PanelState>[] } & ReturnType<typeof panelOf> {
  const begun: Panel<PanelState>[] = [];
  return { begun, ...panelOf((panel) => void begun.push(panel), "") };
}

/** What a notebook has of a panel, as `widgets/forms.py` writes it. */
function html(panel: string): HTMLElement {
  const output = document.createElement("div");
  output.innerHTML = `<div data-shelduck="${panel}"><p>static</p></div>`;
  return output;
}

function shown(model: Host): { panel: Panel<PanelState>; end: () => void } {
  const { begun, render } = module();
  const end = render({ model, el: place() });
  return { panel: begun[0] as Panel<PanelState>, end };
}

beforeEach(() => {
  vi.useFakeTimers();
  document.body.replaceChildren();
});

describe("asking", () => {
  it("gives each answer to who asked for it", async () => {
    const model = host();
    const { panel } = shown(model);
    const [first, second] = [panel.ask("a"), panel.ask("b")];
    const [a, b] = model.sent.map(({ request }) => request) as [string, string];
    model.say({ request: b, result: 2 });
    model.say({ request: a, result: 1 });
    expect((await first).result).toBe(1);
    expect((await second).result).toBe(2);
  });

  it("rejects with the failure, and where it is", async () => {
    const model = host();
    const asked = shown(model).panel.ask("filter");
    const error = { message: "no metric `rsme`", start: 0, end: 4 };
    model.say({ request: model.sent[0]?.request as string, error });
    await expect(asked).rejects.toBeInstanceOf(CommandError);
    await expect(asked).rejects.toHaveProperty("failure", error);
  });

  it("says that the kernel is gone when nothing can be sent", async () => {
    const model = host();
    const { panel } = shown(model);
    model.gone = true;
    await expect(panel.ask("a")).rejects.toThrow("run the cell again");
    expect(panel.root.classList).toContain("sd-gone");
  });

  it("shows that the kernel is busy until it answers", async () => {
    const model = host();
    const { panel } = shown(model);
    const asked = panel.ask("a");
    vi.advanceTimersByTime(10_000);
    expect(panel.root.classList).toContain("sd-silent");
    model.say({ request: model.sent[0]?.request as string, result: 1 });
    await asked;
    expect(panel.root.classList).not.toContain("sd-silent");
  });
});

describe("settling", () => {
  it("waits for quiet", () => {
    const model = host();
    const { panel } = shown(model);
    for (let i = 0; i < 5; i++) {
      panel.settle();
      vi.advanceTimersByTime(300);
    }
    expect(model.commands("settle")).toHaveLength(0);
    vi.advanceTimersByTime(300);
    expect(model.commands("settle")).toHaveLength(1);
  });

  it("waits for the end of a drag, which it would break off", () => {
    const model = host();
    const { panel } = shown(model);
    panel.root.dispatchEvent(new Event("pointerdown"));
    panel.settle();
    vi.advanceTimersByTime(5000);
    expect(model.commands("settle")).toHaveLength(0);
    window.dispatchEvent(new Event("pointerup"));
    vi.advanceTimersByTime(500);
    expect(model.commands("settle")).toHaveLength(1);
  });

  it("waits until what is open is closed and what is typed is taken", () => {
    const model = host();
    const { panel } = shown(model);
    const [menu, box] = [document.createElement("div"), document.createElement("input")];
    menu.setAttribute("popover", "manual");
    box.type = "text";
    panel.root.append(menu, box);
    panel.settle();
    vi.advanceTimersByTime(2000);
    expect(model.commands("settle")).toHaveLength(0);
    menu.remove();
    box.focus();
    vi.advanceTimersByTime(2000);
    expect(model.commands("settle")).toHaveLength(0);
    box.blur();
    vi.advanceTimersByTime(500);
    expect(model.commands("settle")).toHaveLength(1);
  });

  it("does not pile up behind a running cell", () => {
    const model = host();
    const { panel } = shown(model);
    for (let i = 0; i < 5; i++) {
      panel.settle();
      vi.advanceTimersByTime(1000);
    }
    expect(model.commands("settle")).toHaveLength(1);
  });
});

describe("the selection", () => {
  it("goes to Python once and to every panel of the store at once", () => {
    const [one, two, other] = [host("s"), host("s"), host("t")];
    const panels = [one, two, other].map((model) => shown(model).panel);
    panels[0]?.select(["a", "b"]);
    expect(panels.map(({ selection }) => selection)).toEqual([["a", "b"], ["a", "b"], []]);
    vi.advanceTimersByTime(100);
    expect(one.commands("select")[0]?.args).toEqual({ ids: ["a", "b"] });
    expect(two.commands("select")).toHaveLength(0);
    vi.advanceTimersByTime(1000);
    expect(two.commands("settle")).toHaveLength(1); // its saved picture shows it too
  });

  it("is heard from Python, even what was selected there before", () => {
    const model = host("u", ["a"]);
    const { panel } = shown(model);
    panel.select([]);
    model.say({ selected: ["a"] });
    expect(panel.selection).toEqual(["a"]);
    expect(panel.selectedBy).toBeUndefined();
  });

  it("is that of the page in a second view of a panel, and Python's in a new panel", () => {
    const model = host("v", ["a"]);
    const { begun, render } = module();
    render({ model, el: place() });
    begun[0]?.select(["b"]);
    render({ model, el: place() });
    expect(begun[1]?.selection).toEqual(["b"]);
    const { panel } = shown(host("v", []));
    expect(panel.selection).toEqual([]);
    expect(begun[0]?.selection).toEqual([]);
  });
});

describe("a place", () => {
  it("taken by the host is left for the next, with the same elements", () => {
    const model = host();
    const { begun, render } = module();
    const [first, second] = [place(), place()];
    const endFirst = render({ model, el: first });
    first.remove();
    const endSecond = render({ model, el: second });
    expect(begun).toHaveLength(1);
    endFirst();
    model.show({ ...model.traits.state, revision: 1 });
    expect(begun[0]?.state.revision).toBe(1);
    expect(second.contains(begun[0]?.root as Node)).toBe(true);
    endSecond();
    model.show({ ...model.traits.state, revision: 2 });
    expect(begun[0]?.state.revision).toBe(1);
  });

  it("gets scroll and focus back", () => {
    const model = host();
    const { render } = panelOf((panel) => {
      const box = document.createElement("input");
      const list = document.createElement("div");
      panel.root.append(box, list);
    }, "");
    const [first, second] = [place(), place()];
    render({ model, el: first });
    const [box, list] = [...(first.querySelector(".shelduck")?.children ?? [])] as HTMLElement[];
    const scrolled = vi.fn();
    if (!box || !list) throw new Error("nothing is shown");
    list.scrollTo = scrolled;
    list.scrollTop = 333;
    list.dispatchEvent(new Event("scroll"));
    box.focus();
    first.remove();
    render({ model, el: second });
    vi.advanceTimersByTime(100);
    expect(document.activeElement).toBe(box);
    expect(scrolled).toHaveBeenCalledWith(0, 333);
  });

  it("is measured before the view is made", () => {
    const { begun, render } = module();
    const el = document.createElement("div"); // not on the page yet, as a notebook has it
    render({ model: host(), el });
    expect(begun).toHaveLength(0);
    document.body.append(el);
    vi.advanceTimersByTime(20);
    expect(begun).toHaveLength(1);
  });

  it("beside another gets a view of its own", () => {
    const model = host();
    const { begun, render } = module();
    render({ model, el: place() });
    render({ model, el: place() });
    expect(begun).toHaveLength(2);
  });
});

describe("the HTML of a panel", () => {
  const settled = () => vi.advanceTimersByTimeAsync(0); // the observer of the page is heard

  it("comes alive where it stands and wherever it comes to stand", async () => {
    const model = host();
    const { begun, initialize } = module();
    const { panel } = model.traits.state;
    const [first, second] = [html(panel), html(panel)];
    document.body.append(first);
    initialize({ model });
    expect(begun).toHaveLength(1);
    expect(first.textContent).toBe("");
    document.body.append(second, html("another panel"));
    await settled();
    expect(begun).toHaveLength(2);
    expect(document.body.textContent).toBe("static");
  });

  it("written anew gets the same elements back", async () => {
    const model = host();
    const { begun, initialize } = module();
    const output = html(model.traits.state.panel);
    document.body.append(output);
    initialize({ model });
    output.innerHTML = html(model.traits.state.panel).innerHTML;
    await settled();
    expect(begun).toHaveLength(1);
    expect(output.contains(begun[0]?.root as Node)).toBe(true);
  });

  it("is taken over by the module when that is built anew", () => {
    const model = host();
    const [old, anew] = [module(), module()];
    const output = html(model.traits.state.panel);
    document.body.append(output);
    old.initialize({ model })();
    anew.initialize({ model });
    expect(output.contains(anew.begun[0]?.root as Node)).toBe(true);
    expect(output.querySelectorAll(".shelduck")).toHaveLength(1);
  });

  it("stays what it is once nobody hears any more", async () => {
    const model = host();
    const { begun, initialize } = module();
    const output = html(model.traits.state.panel);
    document.body.append(output);
    const end = initialize({ model });
    model.gone = true;
    output.innerHTML = html(model.traits.state.panel).innerHTML;
    await settled();
    expect(output.textContent).toBe("static");
    end();
    expect(begun[0]?.root.classList).toContain("sd-gone");
  });
});
