/** Finding and selecting runs in a plot, with the pointer and with the keyboard. */

import type { Comparison } from "./comparison";
import type { Plot } from "./plot";
import type { Telling, Tip } from "./tip";

const MOVED = 4; // pixels after which a press is a drag

type Point = [x: number, y: number];

/** What a plot says of where its runs are. */
export interface Target {
  at(run: number): Point;
  /** The run that a place means; -1 for none. */
  nearest(x: number, y: number): number;
  /** The runs in the order that arrow keys go through. */
  steps(): number[];
  tell(run: number, x: number, y: number): Telling;
  /** The runs within a box; a plot without it has no boxes. */
  within?(from: Point, to: Point): number[];
}

/** Returns what says which box is being dragged. */
export function pointing(comparison: Comparison, plot: Plot, tip: Tip, target: Target) {
  const { element } = plot;
  let pressed: Point | undefined;
  let dragged: Point | undefined;
  const mean = (run: number, x: number, y: number): void => {
    comparison.hover(run);
    if (run < 0) tip.hide();
    else tip.show(...plot.inWindow(x, y), target.tell(run, x, y));
  };
  const pull = (from: Point, to: Point): void => {
    if (!target.within || (!dragged && Math.hypot(to[0] - from[0], to[1] - from[1]) < MOVED))
      return;
    dragged = to;
    tip.hide();
    comparison.select(target.within(from, to));
    comparison.tell("hover");
  };
  const release = (event: PointerEvent): void => {
    const run = pressed && !dragged ? target.nearest(...plot.at(event)) : undefined;
    pressed = dragged = undefined;
    comparison.tell("hover");
    if (run === undefined) return;
    if (run < 0) comparison.select([]);
    else comparison.toggle(run, event.shiftKey || event.ctrlKey || event.metaKey);
  };
  const step = (by: number): void => {
    const steps = target.steps();
    const at = steps.indexOf(comparison.hovered);
    const next = steps.at(at < 0 ? Math.min(0, by) : (at + by) % steps.length);
    if (next !== undefined) mean(next, ...target.at(next));
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pressed = plot.at(event);
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    const at = plot.at(event);
    if (pressed) pull(pressed, at);
    else mean(target.nearest(...at), ...at);
  });
  element.addEventListener("pointerup", release);
  for (const end of ["pointerleave", "blur"])
    element.addEventListener(end, () => pressed || mean(-1, 0, 0));
  onKeys(element, {
    ArrowRight: () => step(1),
    ArrowDown: () => step(1),
    ArrowLeft: () => step(-1),
    ArrowUp: () => step(-1),
    Escape: () => comparison.select([]),
    Enter: () => comparison.hovered >= 0 && comparison.toggle(comparison.hovered, false),
    " ": () => comparison.hovered >= 0 && comparison.toggle(comparison.hovered, true),
  });
  return (): [Point, Point] | undefined => pressed && dragged && [pressed, dragged];
}

/** Calls what a key is for, with the event, when an element itself has the focus. */
export function onKeys(
  element: HTMLElement,
  acts: Record<string, (event: KeyboardEvent) => unknown>,
): void {
  element.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (!act || event.target !== element || event.ctrlKey || event.metaKey) return;
    act(event);
    event.preventDefault();
    event.stopPropagation();
  });
}
