/** Menus and other things that open over the table. */

import { h } from "../dom";

export interface Item {
  text: string;
  act(): void;
  /** A choice among several, or a switch: whether it is on. */
  checked?: boolean;
  hint?: string;
  disabled?: boolean;
}

export type Entry = Item | "line";

/** Opens a box at an element, closes it at a click elsewhere or Escape; returns what closes it. */
export function open(root: HTMLElement, at: Element, box: HTMLElement, closed?: () => void) {
  const back = document.activeElement as HTMLElement | null;
  box.classList.add("sd-popup");
  box.setAttribute("popover", "manual"); // above whatever a host cuts off
  root.append(box);
  box.showPopover?.();
  place(box, at.getBoundingClientRect());
  const close = (): void => {
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("scroll", moved, true);
    if (!box.isConnected) return;
    const inside = box.contains(document.activeElement);
    box.remove();
    if (inside) back?.focus({ preventScroll: true });
    closed?.();
  };
  const outside = (e: Event): void => {
    if (!e.composedPath().includes(box) && !e.composedPath().includes(at)) close();
  };
  const moved = (e: Event): void => {
    if (!box.contains(e.target as Node)) close();
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("scroll", moved, true);
  box.addEventListener("keydown", (e) => {
    e.stopPropagation();
    if (e.key === "Escape") close();
  });
  return close;
}

function place(box: HTMLElement, at: DOMRect): void {
  const { width, height } = box.getBoundingClientRect();
  const below = at.bottom + height < window.innerHeight || at.top < height;
  box.style.left = `${Math.max(4, Math.min(at.left, window.innerWidth - width - 4))}px`;
  box.style.top = `${below ? at.bottom + 2 : at.top - height - 2}px`;
}

/** Opens a menu at an element, with the focus in it. */
export function menu(root: HTMLElement, at: Element, label: string, entries: Entry[]): void {
  const box = h("div", { role: "menu", "aria-label": label, class: "sd-menu" });
  const close = open(root, at, box, () => at.setAttribute("aria-expanded", "false"));
  at.setAttribute("aria-expanded", "true");
  box.append(...entries.map((entry) => (entry === "line" ? h("hr") : itemOf(entry, close))));
  place(box, at.getBoundingClientRect());
  const items = [...box.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
  box.addEventListener("keydown", (e) => walk(e, items));
  items[0]?.focus();
}

function itemOf(item: Item, close: () => void): HTMLElement {
  const switched = item.checked !== undefined;
  return h(
    "button",
    {
      type: "button",
      role: switched ? "menuitemcheckbox" : "menuitem",
      "aria-checked": switched ? String(item.checked) : undefined,
      disabled: !!item.disabled,
      tabIndex: -1,
      onclick: () => {
        close();
        item.act();
      },
    },
    h("span", { class: "sd-tick", "aria-hidden": "true" }, item.checked ? "✓" : ""),
    h("span", { class: "sd-grow" }, item.text),
    item.hint ? h("span", { class: "sd-faint" }, item.hint) : null,
  );
}

function walk(e: KeyboardEvent, items: HTMLButtonElement[]): void {
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
  if (to === undefined) {
    if (e.key === "Tab") e.preventDefault();
    return;
  }
  e.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}
