/** The small controls above a plot. */

import { h } from "../dom";
import { line } from "../format";
import type { Comparison } from "./comparison";
import type { Axis } from "./state";

const KINDS = { param: "params", metric: "metrics", tag: "tags", attribute: "attributes" };
const NEEDS_KERNEL = "This is a saved page: only a notebook can answer that.";

export interface Choice {
  element: HTMLElement;
  /** Shows what is chosen now. */
  show(value: string | null): void;
}

/** A list to choose an axis from, in groups. */
export function axisChoice(
  comparison: Comparison,
  label: string,
  choose: (id: string | null) => void,
  options: { none?: string; which?: (axis: Axis) => boolean; asks?: boolean } = {},
): Choice {
  const select = h("select", {
    "aria-label": label,
    onchange: () => choose(select.value || null),
  });
  let chosen: string | null = null;
  const list = (): void => {
    const axes = comparison.panel.state.axes.filter(options.which ?? (() => true));
    select.replaceChildren(...groups(axes));
    if (options.none !== undefined) select.prepend(h("option", { value: "" }, options.none));
    select.value = chosen ?? "";
  };
  if (options.asks) asksPython(comparison, select);
  comparison.on("axes", list);
  list();
  const show = (value: string | null): void => {
    chosen = value;
    select.value = value ?? "";
  };
  return { element: labelled(label, select), show };
}

function groups(axes: Axis[]): HTMLElement[] {
  return Object.entries(KINDS).flatMap(([kind, label]) => {
    const options = axes
      .filter((axis) => axis.kind === kind)
      .map((axis) => h("option", { value: axis.id, title: axis.label }, line(axis.label, 40)));
    return options.length ? [h("optgroup", { label }, ...options)] : [];
  });
}

/** A list of a few things to choose from. */
export function choice(
  label: string,
  values: [string, string][],
  choose: (value: string) => void,
): Choice & { list(values: [string, string][]): void; select: HTMLSelectElement } {
  const select = h("select", { "aria-label": label, onchange: () => choose(select.value) });
  const list = (some: [string, string][]): void =>
    select.replaceChildren(...some.map(([value, text]) => h("option", { value }, text)));
  list(values);
  const show = (value: string | null): void => {
    select.value = value ?? "";
  };
  return { element: labelled(label, select), show, list, select };
}

function labelled(label: string, control: HTMLElement): HTMLElement {
  return h("label", { class: "sd-choice" }, h("span", { class: "sd-faint" }, label), control);
}

export interface Toggle {
  element: HTMLButtonElement;
  show(pressed: boolean): void;
}

/** A button that stays pressed. */
export function toggle(text: string, title: string, act: (pressed: boolean) => void): Toggle {
  const element = h(
    "button",
    { type: "button", title, "aria-pressed": "false", onclick: () => act(!pressed()) },
    text,
  );
  const pressed = (): boolean => element.getAttribute("aria-pressed") === "true";
  return { element, show: (on) => element.setAttribute("aria-pressed", String(on)) };
}

/** Switches off what nobody could answer. */
export function asksPython(
  comparison: Comparison,
  control: HTMLButtonElement | HTMLSelectElement,
): void {
  if (comparison.frozen) Object.assign(control, { disabled: true, title: NEEDS_KERNEL });
}
