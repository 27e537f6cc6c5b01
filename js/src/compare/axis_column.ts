/** One of the parallel axes: its head, its marks, and the brushes on it. */

import { fill, h } from "../dom";
import { line, runsIn } from "../format";
import { brushing } from "./brushing";
import type { Comparison } from "./comparison";
import { button, div } from "./elements";
import type { Lane, Lanes } from "./lanes";
import { onKeys } from "./pointing";
import { ODD } from "./runs";

const MOVED = 3; // pixels after which a press on a name is a drag
const MARK = 15; // pixels that a category's label needs
const KEYS =
  "Up and down move the brush, with Shift its end; Escape clears it. F flips, L is logarithmic, C colours, Delete removes, Alt with left or right moves the axis.";

/** What an axis asks of the plot it stands in. */
export interface Host {
  flip(id: string): void;
  log(id: string): void;
  colour(id: string): void;
  remove(id: string): void;
  /** To the next place on a side; or else the focus. */
  shift(id: string, by: number): void;
  focus(id: string, by: number): void;
  /** To below the pointer; undefined when it is let go. */
  drag(id: string, clientX: number | undefined): void;
}

export type AxisColumn = ReturnType<typeof axisColumn>;

export function axisColumn(id: string, host: Host, comparison: Comparison) {
  let lanes: Lanes;
  let lane: Lane;
  const head = headOf(id, host);
  const rail = div("sd-rail");
  const marks = div("");
  const brushes = div("sd-brushes");
  const field = div("sd-axis-field", rail, brushes, marks);
  const props = { class: "sd-axis", role: "group", tabIndex: 0, "aria-description": KEYS };
  const element = h("div", props, head.element, field);
  const standing = () => ({ lanes, lane });
  const brush = brushing(comparison, field, standing, () => element.focus({ preventScroll: true }));
  const sideways = (by: number) => (event: KeyboardEvent) =>
    event.altKey ? host.shift(id, by) : host.focus(id, by);
  onKeys(element, {
    ArrowUp: (event) => brush.nudge(1, event.shiftKey),
    ArrowDown: (event) => brush.nudge(-1, event.shiftKey),
    ArrowLeft: sideways(-1),
    ArrowRight: sideways(1),
    Escape: brush.clear,
    Delete: () => host.remove(id),
    f: () => host.flip(id),
    l: () => host.log(id),
    c: () => host.colour(id),
  });
  const showBrush = (): void => {
    const { flipped } = lane;
    const shown = brush.spans().map(([a, b]) => {
      const top = lanes.y(flipped ? a : b, flipped);
      const height = Math.max(3, (b - a) * lanes.height);
      return h("div", { style: `top:${top}px;height:${height}px` });
    });
    fill(brushes, ...shown);
    element.ariaLabel = words(lane, comparison);
  };
  return {
    element,
    showBrush,
    /** Stands in a lane. */
    show(all: Lanes, k: number): void {
      lanes = all;
      lane = all.lanes[k] as Lane;
      head.show(lane);
      const room = (k ? lanes.gap : lanes.left) - 14;
      const x = lanes.xs[k] as number;
      const width = Math.min(lanes.gap, 2 * x, 2 * (lanes.width - x)); // for its name, within the plot
      element.style.cssText = `left:${x - width / 2}px;width:${width}px;--sd-room:${room}px`;
      field.style.height = `${lanes.bottom}px`;
      rail.style.cssText = `top:${lanes.top}px;height:${lanes.height}px`;
      fill(marks, ...marksOf(lanes, lane, comparison), ...slotsOf(lanes, lane, comparison));
      showBrush();
    },
  };
}

function headOf(id: string, host: Host) {
  const name = button("", "", () => undefined, "sd-axis-name");
  const log = button("log", "Logarithmic (L)", () => host.log(id), "sd-plain");
  const tools = [
    button("⇅", "Flip (F)", () => host.flip(id), "sd-plain"),
    log,
    button("×", "Remove this axis (Delete)", () => host.remove(id), "sd-plain"),
  ];
  // The axis itself has a key for each of them.
  for (const tool of [name, ...tools]) tool.tabIndex = -1;
  name.addEventListener("dblclick", () => host.flip(id));
  const element = div("sd-axis-head", name, div("sd-tools", ...tools));
  draggable(name, (clientX) => {
    element.parentElement?.classList.toggle("sd-dragged", clientX !== undefined);
    host.drag(id, clientX);
  });
  return {
    element,
    show({ axis }: Lane): void {
      const { label, better, kind, type } = axis.axis;
      const about = better ? `${kind}, ${better} is better` : kind;
      name.textContent = line(label) + (better ? (better === "less" ? " ↓" : " ↑") : "");
      name.title = `${label} (${about}). Drag to move, double click to flip.`;
      name.classList.toggle("sd-metric", kind === "metric");
      log.hidden = type !== "number";
      log.setAttribute("aria-pressed", String(axis.log));
    },
  };
}

/** Calls `to` with where an element is dragged, and with undefined when it is let go. */
function draggable(element: HTMLElement, to: (clientX: number | undefined) => void): void {
  let from: number | undefined;
  let drags = false;
  element.addEventListener("pointerdown", (event) => {
    from = event.clientX;
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", ({ clientX }) => {
    drags ||= from !== undefined && Math.abs(clientX - from) > MOVED;
    if (drags) to(clientX);
  });
  for (const end of ["pointerup", "pointercancel"])
    element.addEventListener(end, () => {
      if (drags) to(undefined);
      drags = false;
      from = undefined;
    });
}

function marksOf(lanes: Lanes, { axis, flipped }: Lane, comparison: Comparison): HTMLElement[] {
  const { categories } = axis;
  const marks = axis.marks(Math.floor(lanes.height / (categories ? MARK : 48)));
  return marks.map(({ place, text, whole }) => {
    const style = `top:${lanes.y(place, flipped)}px`;
    const onclick = categories && (() => toggle(comparison, axis.axis.id, whole));
    const name = categories ? "sd-mark sd-pick" : "sd-mark";
    return h("span", { class: name, style, title: whole, onclick }, text);
  });
}

/** Takes a category into the brush or out of it. */
function toggle(comparison: Comparison, id: string, text: string): void {
  const brush = (comparison.view.parallel.brushes[id] ?? []) as string[];
  const others = brush.filter((other) => other !== text);
  comparison.brush(id, others.length < brush.length ? others : [...brush, text]);
}

/** The places of what is no number. */
function slotsOf(lanes: Lanes, { axis: { odd } }: Lane, comparison: Comparison): HTMLElement[] {
  const kinds = [...ODD.keys()].filter((kind) => kind && odd.includes(kind));
  return kinds.map((kind) => {
    const runs = [...odd.keys()].filter((i) => odd[i] === kind);
    const text = ODD[kind] ?? "";
    const title = `${text}: ${runsIn(runs.length)}. Click to select.`;
    const slot = button(text, title, () => comparison.select(runs), "sd-mark sd-pick sd-odd");
    slot.style.top = `${lanes.slot(kind)}px`;
    slot.tabIndex = -1;
    return slot;
  });
}

/** An axis as a screen reader tells it. */
function words({ axis, flipped }: Lane, { view }: Comparison): string {
  const span = (low: number, high: number): string => [low, high].map(axis.format).join(" to ");
  const brush = (view.parallel.brushes[axis.axis.id] ?? []).map((part) =>
    typeof part === "string" ? part : span(...part),
  );
  const { categories } = axis;
  const [low, high] = [axis.valueAt(0), axis.valueAt(1)];
  const range = Number.isNaN(low) ? "no numbers" : span(low, high);
  const reach = categories ? `${categories.length} categories` : range;
  const parts = [line(axis.label), reach, axis.log && "logarithmic", flipped && "flipped"];
  return [...parts, brush.length && `brushed ${brush.join(" and ")}`].filter(Boolean).join(", ");
}
