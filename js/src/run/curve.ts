/** A metric's history, and how it is drawn. */

import { svg } from "../dom";
import { blank, extent, linear } from "../scales";
import { floats } from "../state";

export interface Curve {
  key: string;
  /** How many points there are, of which these are some. */
  points: number;
  steps: Float64Array;
  values: Float64Array;
  /** Which of them are None, which is not NaN. */
  none: Set<number>;
}

export interface CurveHeader {
  key: string;
  points: number;
  none: number[];
}

/** What Python sends of curves: a header, and of each a buffer of steps and one of values. */
export function curvesOf(header: CurveHeader[], buffers: DataView[]): Curve[] {
  return header.map(({ key, points, none }, i) => ({
    key,
    points,
    steps: floats(buffers[2 * i]),
    values: floats(buffers[2 * i + 1]),
    none: new Set(none),
  }));
}

/** The path of a curve; it breaks where a value has no place. */
export function pathOf(
  { steps, values }: Curve,
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  let path = "";
  let pen = false;
  values.forEach((value, i) => {
    const down = y(value);
    const drawn = Number.isFinite(value) && Number.isFinite(down);
    const alone = !pen && !Number.isFinite(values[i + 1] ?? Number.NaN);
    if (drawn) path += `${pen ? "L" : "M"}${x(steps[i] as number).toFixed(1)} ${down.toFixed(1)}`;
    if (drawn && alone) path += "h0"; // with round caps, a dot
    pen = drawn;
  });
  return path;
}

/** Marks where values are no numbers: ▲ and ▼ at the edges for the infinities, × for NaN, ○ for None. */
export function oddMarks(
  { steps, values, none }: Curve,
  x: (step: number) => number,
  top: number,
  bottom: number,
): SVGElement[] {
  const found: SVGElement[] = [];
  values.forEach((value, i) => {
    if (Number.isFinite(value) || found.length > 200) return;
    const y = value > 0 ? top + 8 : bottom;
    const at = { x: x(steps[i] as number).toFixed(1), y, "text-anchor": "middle", class: "sd-odd" };
    found.push(svg("text", at, none.has(i) ? "○" : oddMark(value)));
  });
  return found;
}

function oddMark(value: number): string {
  return Number.isNaN(value) ? "×" : value > 0 ? "▲" : "▼";
}

/** A curve without axes, as wide as its place. */
export function small(curve: Curve): SVGElement {
  const [width, height, edge] = [200, 64, 4];
  const [xs, ys] = [extent([curve.steps]), extent([curve.values])];
  const view = {
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: "none",
    class: "sd-curve",
  };
  const drawing = svg("svg", { ...view, "aria-hidden": "true" });
  if (!xs) return drawing;
  const [across, up] = [linear(...xs), ys ? linear(...ys) : blank];
  const x = (v: number): number => edge + across.place(v) * (width - 2 * edge);
  const y = (v: number): number => edge + (1 - up.place(v)) * (height - 2 * edge);
  drawing.append(svg("path", { d: pathOf(curve, x, y), "vector-effect": "non-scaling-stroke" }));
  drawing.append(...oddMarks(curve, x, 0, height - 2));
  return drawing;
}
