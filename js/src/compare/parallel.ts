/** Parallel coordinates: every run a line over the axes, brushed on any of them. */

import { fill, h } from "../dom";
import { number, runsIn } from "../format";
import { arranging } from "./arranging";
import { type AxisColumn, axisColumn } from "./axis_column";
import type { Comparison } from "./comparison";
import { axisChoice, controlsOf } from "./controls";
import { div } from "./elements";
import { type Lane, Lanes, nearestLine } from "./lanes";
import { type Ink, Layer } from "./layer";
import { showLegend } from "./legend";
import { type Section, section } from "./section";
import type { Tip } from "./tip";

const [LEAST, MOST] = [250, 420]; // pixels of the height
const CATEGORY = 17; // pixels that a category should have
const HEAD = 52; // pixels of the axes' heads

export function parallel(comparison: Comparison, tip: Tip): Section {
  const part = section(comparison, "parallel", "Parallel coordinates");
  const [all, chosen, over] = [new Layer(), new Layer(), new Layer()];
  const canvases = [all, chosen, over].map(({ canvas }) => canvas);
  const picture = h("div", { class: "sd-lines", role: "img" }, ...canvases);
  const axes = div("sd-axes");
  const stage = div("sd-stage", picture, axes);
  const scroller = div("sd-scroll", stage);
  const legend = div("sd-legend");
  part.body.append(scroller, legend);
  const columns = new Map<string, AxisColumn>();
  let lanes = new Lanes([], 0, LEAST);
  let ys: Float32Array = new Float32Array(0);
  const host = arranging(comparison, axes, columns, () => lanes);
  const colours = () => comparison.colours(comparison.view.parallel.colour);
  const drawChosen = (): void => {
    const { selected, count, runs } = comparison;
    chosen.clear();
    all.canvas.classList.toggle("sd-dimmed", count > 0);
    if (count)
      strokes(
        chosen,
        colours().order.filter((run) => selected[run]),
      );
    picture.ariaLabel = `Parallel coordinates of ${runsIn(runs.length)} over ${lanes.lanes.length} axes, ${number(count)} selected`;
  };
  const strokes = (layer: Layer, runs: Uint32Array): void => {
    const { xs } = lanes;
    const { bins, inks } = colours();
    const pen = layer.pen(runs.length * (xs.length - 1), runs.length);
    for (let k = 0; k < runs.length; k++) {
      const run = runs[k] as number;
      pen.line(xs, 0, ys, run * xs.length, xs.length, inks[bins[run] as number] as Ink);
    }
    pen.done();
  };
  const drawOver = (): void => {
    over.clear();
    drawLine(comparison, over, lanes, ys);
  };
  const draw = (): void => {
    const shown = lanesOf(comparison);
    if (part.instead(shown.length ? "" : "Add an axis above.")) return;
    const most = Math.max(...shown.map(({ axis }) => axis.categories?.length ?? 0));
    const height = Math.min(MOST, Math.max(LEAST, most * CATEGORY));
    lanes = new Lanes(shown, scroller.clientWidth || 320, height);
    ys = lanes.heights(comparison.runs.length);
    const { width, bottom } = lanes;
    for (const layer of [all, chosen, over]) layer.fit(width, bottom);
    picture.style.cssText = `width:${width}px;top:${HEAD}px`;
    axes.style.cssText = `width:${width}px;height:${HEAD + bottom}px`;
    showColumns(lanes, axes, columns, (id) => axisColumn(id, host, comparison));
    strokes(all, colours().order);
    showLegend(legend, colours());
    drawChosen();
    drawOver();
  };
  addControls(comparison, part);
  listen(comparison, tip, stage, () => ({ lanes, ys, ...origin(picture) }));
  part.draws(["parallel", "runs", "look"], draw);
  part.draws(["selected"], drawChosen);
  part.draws(["hover"], drawOver);
  part.draws(["brushes"], () => {
    for (const column of columns.values()) column.showBrush();
  });
  return part;
}

function lanesOf(comparison: Comparison): Lane[] {
  const { axes, log, flipped } = comparison.view.parallel;
  return axes.flatMap((id): Lane[] => {
    const axis = comparison.placed(id, log.includes(id));
    return axis ? [{ axis, flipped: flipped.includes(id) }] : [];
  });
}

function addControls(comparison: Comparison, part: Section): void {
  const { axis, add, set } = controlsOf(comparison, "parallel", part.controls);
  const view = () => comparison.view.parallel;
  const choose = (id: string | null): void => {
    const log = comparison.axis(id)?.log ? [...view().log, id] : view().log;
    set({ axes: [...view().axes, id], log });
  };
  const choice = axisChoice(comparison, "axis", choose, {
    none: "add…",
    which: ({ id }) => !view().axes.includes(id),
  });
  add(choice.element, () => choice.show(null));
  axis("colour", "colour", { none: "none" });
  const hidden = comparison.panel.state.axes_hidden;
  part.say(
    "Drag along an axis to brush it, again for another part; click to clear. Drag a name to move its axis.",
    hidden > 0 && ` ${number(hidden)} more axes are not offered.`,
  );
}

/** Puts every axis into its lane, in the order of the lanes. */
function showColumns(
  lanes: Lanes,
  axes: HTMLElement,
  columns: Map<string, AxisColumn>,
  make: (id: string) => AxisColumn,
): void {
  const shown = lanes.lanes.map(({ axis }) => axis.axis.id);
  for (const id of columns.keys()) if (!shown.includes(id)) columns.delete(id);
  const elements = shown.map((id, k) => {
    const column = columns.get(id) ?? make(id);
    columns.set(id, column);
    column.show(lanes, k);
    return column.element;
  });
  const focused = document.activeElement as HTMLElement | null;
  const same = [...axes.children].every((element, k) => element === elements[k]);
  // An element that is put elsewhere loses the focus, and the pointer that drags it.
  if (axes.querySelector(".sd-dragged") || (same && axes.children.length === elements.length))
    return;
  fill(axes, ...elements);
  if (axes.contains(focused)) focused?.focus();
}

/** Draws the line of the run under the pointer. */
function drawLine(
  { hovered, theme }: Comparison,
  over: Layer,
  { xs }: Lanes,
  ys: Float32Array,
): void {
  if (hovered < 0) return;
  const { context } = over;
  const strokes = [
    [5, theme.ground],
    [2.5, theme.text],
  ] as const;
  context.beginPath();
  for (const [k, x] of xs.entries()) context.lineTo(x, ys[hovered * xs.length + k] as number);
  for (const [width, colour] of strokes) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

interface Drawing {
  lanes: Lanes;
  ys: Float32Array;
  left: number;
  top: number;
}

function origin(element: HTMLElement): { left: number; top: number } {
  const { left, top } = element.getBoundingClientRect();
  return { left, top };
}

/** Finds runs by their lines. */
function listen(
  comparison: Comparison,
  tip: Tip,
  stage: HTMLElement,
  drawing: () => Drawing,
): void {
  const runAt = (event: MouseEvent): number => {
    const { lanes, ys, left, top } = drawing();
    const { count, selected } = comparison;
    const at: [number, number] = [event.clientX - left, event.clientY - top];
    return nearestLine(lanes, ys, at, (run) => !count || selected[run] === 1);
  };
  const point = (event: MouseEvent, run: number): void => {
    if (run < 0 && comparison.hovered < 0) return;
    comparison.hover(run);
    const rows = drawing().lanes.lanes.map(({ axis }): [string, string] => [
      axis.label,
      axis.text(run),
    ]);
    if (run < 0) tip.hide();
    else tip.show(event.clientX, event.clientY, [comparison.runs.name(run), rows]);
  };
  stage.addEventListener("pointermove", (event) => point(event, event.buttons ? -1 : runAt(event)));
  stage.addEventListener("pointerleave", (event) => point(event, -1));
  stage.addEventListener("click", (event) => {
    const taken = (event.target as Element).closest("button,.sd-mark,.sd-brushable");
    const run = taken ? -1 : runAt(event);
    if (run >= 0) comparison.toggle(run, event.shiftKey || event.ctrlKey || event.metaKey);
  });
}
