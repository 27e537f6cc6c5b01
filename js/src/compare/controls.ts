/** The small controls above a plot: each shows and sets one thing of its part of the view. */

import { fill, h } from "../dom";
import { line } from "../format";
import type { Comparison } from "./comparison";
import { button, span } from "./elements";
import type { Axis, View } from "./state";

const KINDS = { param: "params", metric: "metrics", tag: "tags", attribute: "attributes" };

/** What is measured of a run. */
export const isMeasure = ({ kind, id }: Axis): boolean => kind === "metric" || id === "duration";

interface AxisOptions {
  /** What to call the choice of none. */
  none?: string;
  which?: (axis: Axis) => boolean;
  /** Only Python can answer what follows. */
  asks?: boolean;
  /** What else a choice changes. */
  also?: (id: string | null) => object;
}

/** Makes controls of a part of the view, in an element. */
export function controlsOf(comparison: Comparison, part: keyof View, element: HTMLElement) {
  const shows: (() => void)[] = [];
  const values = (): Record<string, unknown> => comparison.view[part] as Record<string, unknown>;
  const set = (change: object): void => comparison.patch({ [part]: change });
  const add = (control: HTMLElement, show: () => void): void => {
    element.append(control);
    shows.push(show);
    show();
  };
  comparison.on([part, "axes"], () => {
    for (const show of shows) show();
  });
  return {
    add,
    set,
    /** A list of axes, in groups. */
    axis(key: string, label: string, options: AxisOptions = {}): void {
      const pick = (id: string | null): void => set({ [key]: id, ...options.also?.(id) });
      const choice = axisChoice(comparison, label, pick, options);
      add(choice.element, () => choice.show(values()[key] as string | null));
    },
    /** A button that stays pressed; `why` says why it cannot be, when it cannot. */
    toggle(key: string, text: string, title: string, why: () => string = () => ""): void {
      const toggle = button(text, title, () => set({ [key]: !values()[key] }));
      add(toggle, () => {
        toggle.setAttribute("aria-pressed", String(values()[key]));
        toggle.disabled = why() !== "";
        toggle.title = why() || title;
      });
    },
  };
}

/** A list to choose an axis from. */
export function axisChoice(
  comparison: Comparison,
  label: string,
  choose: (id: string | null) => void,
  { none, which = () => true, asks = false }: AxisOptions,
) {
  const select = h("select", { onchange: () => choose(select.value || null) });
  if (asks) asksPython(comparison, select);
  let offered = "";
  return {
    element: labelled(label, select),
    show(value: string | null): void {
      const axes = comparison.panel.state.axes.filter(which);
      const ids = axes.map(({ id }) => id).join("\n");
      if (ids !== offered) fill(select, ...groups(axes)); // else an open list would close
      if (ids !== offered && none) select.prepend(h("option", { value: "" }, none));
      offered = ids;
      select.value = value ?? "";
    },
  };
}

function groups(axes: Axis[]): HTMLElement[] {
  return Object.entries(KINDS).flatMap(([kind, label]) => {
    const options = axes
      .filter((axis) => axis.kind === kind)
      .map((axis) => h("option", { value: axis.id }, line(axis.label, 40)));
    return options.length ? [h("optgroup", { label }, ...options)] : [];
  });
}

export function labelled(label: string, ...controls: HTMLElement[]): HTMLElement {
  return h("label", { class: "sd-choice" }, span("sd-faint", label), ...controls);
}

/** Switches off what nobody could answer. */
export function asksPython(
  { frozen }: Comparison,
  control: HTMLButtonElement | HTMLSelectElement,
): void {
  if (!frozen) return;
  control.disabled = true;
  control.title = "This is a saved page: only a notebook can answer that.";
}
