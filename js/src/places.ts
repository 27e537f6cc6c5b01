/** Where a page has the HTML of panels: there they come alive. */

type Enter = (place: HTMLElement) => void;

const PLACE = "[data-shelduck]"; // what `widgets/forms.py` puts around a panel's HTML
const TAKEN = ":scope > .shelduck:not(.sd-gone)";
const KEY = Symbol.for("shelduck.places");
const page = globalThis as { [KEY]?: Map<string, Enter> };

/** Calls `enter` with every place of a panel, and those to come. */
export function onPlace(panel: string, enter: Enter): void {
  page[KEY] ??= watched();
  page[KEY].set(panel, enter);
  visitPlaces();
}

/** Looks out for a panel's places no more, unless another `enter` has taken over; says so. */
export function offPlace(panel: string, enter: Enter): boolean {
  const isLast = page[KEY]?.get(panel) === enter;
  if (isLast) page[KEY]?.delete(panel);
  return isLast;
}

/** Calls who looks out for them with the places that are empty. */
export function visitPlaces(): void {
  if (page[KEY]) visit(document.body, page[KEY]);
}

/** The panels whose places are looked out for, by one observer whatever their number. */
function watched(): Map<string, Enter> {
  const entries = new Map<string, Enter>();
  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node instanceof HTMLElement) visit(node, entries);
  });
  observer.observe(document.body, { childList: true, subtree: true });
  return entries;
}

function visit(root: HTMLElement, entries: Map<string, Enter>): void {
  for (const place of [root, ...root.querySelectorAll<HTMLElement>(PLACE)]) {
    const { shelduck: panel } = place.dataset;
    if (panel && !place.querySelector(TAKEN)) entries.get(panel)?.(place);
  }
}
