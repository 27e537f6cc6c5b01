/** Brushing an axis with the pointer and with the keyboard. */

import { brushOf, joined, moved, type Span, spansOf } from "./brushes";
import type { Comparison } from "./comparison";
import type { Lane, Lanes } from "./lanes";

const REACH = 16; // pixels beside the axis where a press brushes it
const GRIP = 6; // pixels at a brush's end that move the end alone
const MOVED = 3; // pixels after which a press is a drag
const STEP = 0.05; // of the axis, by an arrow key

/** Where an axis stands now. */
export type Standing = () => { lanes: Lanes; lane: Lane };

interface Drag {
  from: number;
  spans: Span[];
  /** Which of them follows the pointer, and what it was. */
  which: number;
  before: Span;
  part: "low" | "high" | "both" | "new";
  moved: boolean;
}

/** Makes an axis's field brush it; `focus` is called when the pointer takes hold of it. */
export function brushing(
  comparison: Comparison,
  field: HTMLElement,
  standing: Standing,
  focus: () => void,
) {
  let drag: Drag | undefined;
  const axis = () => standing().lane.axis;
  const noted = () => spansOf(axis(), comparison.view.parallel.brushes[axis().axis.id]);
  const set = (spans: Span[]): void => {
    if (!Number.isNaN(axis().valueAt(0))) comparison.brush(axis().axis.id, brushOf(axis(), spans));
  };
  const release = (): void => {
    if (drag && !drag.moved) set([]);
    drag = undefined;
    comparison.tell("brushes");
  };
  field.addEventListener("pointerdown", (event) => {
    const onMark = (event.target as Element).closest(".sd-pick");
    if (event.button !== 0 || onMark || !means(field, event)) return;
    field.setPointerCapture(event.pointerId);
    focus();
    drag = begun(standing(), noted(), placeOf(field, standing(), event));
  });
  field.addEventListener("pointermove", (event) => {
    field.classList.toggle("sd-brushable", means(field, event));
    if (!drag) return;
    const at = placeOf(field, standing(), event);
    if (!drag.moved && Math.abs(at - drag.from) * standing().lanes.height < MOVED) return;
    drag.moved = true;
    drag.spans[drag.which] = dragged(drag, at);
    set(drag.spans);
  });
  field.addEventListener("pointerup", release);
  field.addEventListener("pointercancel", release);
  return {
    /** What is brushed, just as it is drawn. */
    spans: () => drag?.spans ?? noted(),
    clear: () => set([]),
    /** Moves the last brush up or down, or its end. */
    nudge: (upwards: number, end: boolean) => set(nudged(standing().lane, noted(), upwards, end)),
  };
}

/** Whether an event means the axis rather than the lines beside it. */
function means(field: HTMLElement, event: PointerEvent): boolean {
  const { left, width } = field.getBoundingClientRect();
  return Math.abs(event.clientX - left - width / 2) <= REACH;
}

function placeOf(
  field: HTMLElement,
  { lanes, lane }: ReturnType<Standing>,
  event: PointerEvent,
): number {
  return lanes.placeAt(event.clientY - field.getBoundingClientRect().top, lane.flipped);
}

function begun({ lanes, lane }: ReturnType<Standing>, spans: Span[], from: number): Drag {
  const grip = GRIP / lanes.height;
  const found = spans.findIndex(([a, b]) => from >= a - grip && from <= b + grip);
  if (found < 0) spans.push([from, from]);
  const which = found < 0 ? spans.length - 1 : found;
  const before = spans[which] as Span;
  const [a, b] = before;
  const whole = lane.axis.categories || b - a < 3 * grip;
  const end = from < a + grip ? "low" : from > b - grip ? "high" : "both";
  return {
    from,
    spans,
    which,
    before,
    part: found < 0 ? "new" : whole ? "both" : end,
    moved: false,
  };
}

/** A dragged span when the pointer is at a place. */
function dragged({ part, before, from }: Drag, at: number): Span {
  if (part === "both") return moved(before, at - from);
  const fixed = part === "low" ? before[1] : part === "high" ? before[0] : from;
  return [Math.min(fixed, at), Math.max(fixed, at)];
}

/** The spans with the last one moved, or stretched; with one where there was none. */
function nudged({ axis, flipped }: Lane, before: Span[], upwards: number, end: boolean): Span[] {
  const step = axis.categories ? 1 / axis.categories.length : STEP;
  const by = step * (flipped ? -upwards : upwards);
  const spans = joined(before);
  const last = spans.pop();
  if (!last) return [axis.categories ? [0, step] : [0.4, 0.6]];
  const stretched: Span = [last[0], Math.min(1, Math.max(last[0] + step, last[1] + by))];
  return [...spans, end ? stretched : moved(last, by)];
}
