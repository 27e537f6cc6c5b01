/** What the views of one page tell each other at once, without asking Python. */

export interface Selected {
  store: string;
  ids: string[];
  /** The panel it comes from; undefined when Python said so. */
  from: string | undefined;
}

// Each widget loads a module of its own, so what they share hangs on the page.
const KEY = Symbol.for("shelduck.bus");
const shared = globalThis as { [KEY]?: { bus: EventTarget; selected: Map<string, string[]> } };
shared[KEY] ??= { bus: new EventTarget(), selected: new Map() };
const { bus, selected: known } = shared[KEY];

/** Tells every view of the store which runs are selected. */
export function tellSelected(selected: Selected): void {
  known.set(selected.store, selected.ids);
  bus.dispatchEvent(new CustomEvent("selected", { detail: selected }));
}

/** The runs of the store that are selected, as far as this page was told. */
export function selectedIn(store: string): string[] | undefined {
  return known.get(store);
}

/** Hears of selections, one's own too; returns what stops it. */
export function onSelected(store: string, heard: (selected: Selected) => void): () => void {
  const listener = (event: Event): void => {
    const { detail } = event as CustomEvent<Selected>;
    if (detail.store === store) heard(detail);
  };
  bus.addEventListener("selected", listener);
  return () => bus.removeEventListener("selected", listener);
}
