/** A metric over two axes: what the runs say, and only near them. */

import { rampRgb } from "../colours";
import { fill, h } from "../dom";
import { number } from "../format";
import { categories, linear, log } from "../scales";
import { floats } from "../state";
import { asker } from "./answers";
import { chart } from "./chart";
import type { Comparison } from "./comparison";
import { controlsOf, isMeasure } from "./controls";
import { isoline } from "./isolines";
import { ink } from "./layer";
import { bar, swatch } from "./legend";
import type { Plot } from "./plot";
import { Points } from "./points";
import { formatOf, type Placed, type Ruler, ruler } from "./ruler";
import type { Section } from "./section";
import type { ContourAnswer } from "./state";
import type { Tip } from "./tip";

const LEVELS = 8;
const RIM = 2.5; // pixels around the selected, which would be lost among the colours
const HATCH = 7; // pixels between the lines of what is not known

interface Field extends ContourAnswer {
  grid: Float64Array;
}

export function contour(comparison: Comparison, tip: Tip): Section {
  const { part, plot, legend } = chart(comparison, "contour", "Contour");
  const view = () => comparison.view.contour;
  const axes = () => Object.values(view()).map((id) => comparison.placed(id));
  const points = new Points(comparison, plot, tip, axes);
  let field: Field | undefined;
  const ask = asker<ContourAnswer>(
    comparison,
    "contour",
    ({ result, buffers }) => {
      field = { ...result, grid: floats(buffers[0]) };
      draw();
    },
    part.instead,
  );
  const drawOver = (): void => {
    plot.over.clear();
    points.drawOver();
  };
  const draw = (): void => {
    const { x, y, z } = view();
    if (!x || !y || !z) part.instead("Choose two axes and a metric.");
    else void ask({ x, y, z });
    const [own, other] = axes();
    if (!field || !own || !other) return;
    if (part.instead(field.z ? "" : "No run has a value of all three.")) return;
    const [across, up] = [
      gridAxis(comparison, own, field.x, field.logX),
      gridAxis(comparison, other, field.y, field.logY),
    ];
    plot.frame(across, up);
    drawField(plot, field, comparison);
    points.place(across, up);
    points.drawAll(undefined, 0.6);
    points.drawChosen(RIM);
    drawOver();
    plot.describe(`Contour of ${comparison.label(z)} over ${own.label} and ${other.label}`);
    showScale(legend, comparison, field);
    part.say(leftOut(field));
  };
  const { axis } = controlsOf(comparison, "contour", part.controls);
  axis("x", "x", { asks: true });
  axis("y", "y", { asks: true });
  axis("z", "metric", {
    asks: true,
    which: isMeasure,
  });
  part.draws(["contour", "runs", "look"], draw);
  part.draws(["selected"], () => points.drawChosen(RIM));
  part.draws(["hover"], drawOver);
  return part;
}

/** An axis as the grid has it, with the runs on it. */
function gridAxis(
  comparison: Comparison,
  own: Placed,
  extent: [number, number] | string[],
  logarithmic: boolean,
): Placed {
  const names = typeof extent[0] === "string" ? (extent as string[]) : undefined;
  const [low, high] = extent as [number, number];
  const scale = names ? categories(names.length) : (logarithmic ? log : linear)(low, high);
  const values = comparison.runs.column(own.axis.id)?.values ?? new Float64Array(0);
  const codes = names && own.categories?.map((text) => names.indexOf(text));
  const places = own.places.map((p, i) => {
    const value = values[i] as number;
    return Number.isNaN(p) ? p : scale.place(codes ? (codes[value] as number) : value);
  });
  const written: Ruler = ruler(own.label, scale, logarithmic, own.axis, names);
  return { ...own, ...written, places };
}

function drawField(plot: Plot, field: Field, { theme }: Comparison): void {
  const { nx, ny, x, y } = field;
  const { context } = plot.ground;
  const { left, top, width, height } = plot.inner;
  hatch(context, plot.inner, theme.line);
  const cells = h("canvas", { width: nx, height: ny });
  cells.getContext("2d")?.putImageData(heat(field, theme.dark), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(cells, left, top, width, height);
  // Between categories there is nothing that a line could go through.
  if (typeof x[0] === "number" && typeof y[0] === "number") drawLines(plot, field);
}

function heat({ grid, nx, ny, z }: Field, dark: boolean): ImageData {
  const image = new ImageData(nx, ny);
  const scale = linear(...(z as [number, number]));
  grid.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    const row = ny - 1 - Math.floor(at / nx);
    image.data.set([...rampRgb(scale.place(value), dark), 255], 4 * (row * nx + (at % nx)));
  });
  return image;
}

function drawLines({ ground: { context }, inner }: Plot, { grid, nx, ny, z }: Field): void {
  const { left, top, width, height } = inner;
  context.strokeStyle = "#fff9";
  context.beginPath();
  for (const level of linear(...(z as [number, number])).ticks(LEVELS))
    for (const [x, y, u, v] of isoline(grid, nx, ny, level)) {
      context.moveTo(left + x * width, top + (1 - y) * height);
      context.lineTo(left + u * width, top + (1 - v) * height);
    }
  context.stroke();
}

/** Slanted lines, where nothing is known. */
function hatch(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: Plot["area"],
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.clearRect(left, top, width, height);
  context.strokeStyle = colour;
  context.beginPath();
  for (let x = left - height; x < left + width; x += HATCH) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}

function showScale(legend: HTMLElement, comparison: Comparison, { z }: Field): void {
  const id = comparison.view.contour.z ?? "";
  const { dark } = comparison.theme;
  const colours = Array.from({ length: 33 }, (_, i) => ink(rampRgb(i / 32, dark)).css);
  const [low, high] = (z ?? []).map(formatOf(comparison.axis(id) ?? { id, type: "number" }));
  const blank = swatch("", "no run near");
  blank.classList.add("sd-hatched");
  fill(legend, ...bar(comparison.label(id), colours, low ?? "", high ?? ""), blank);
}

function leftOut({ runs, left_out }: ContourAnswer): string {
  const reasons = Object.entries(left_out);
  if (!reasons.length) return "";
  const total = reasons.reduce((sum, [, n]) => sum + n, runs);
  const words = reasons.map(([reason, n]) => `${number(n)} ${reason}`).join(", ");
  return `${number(runs)} of ${number(total)} runs used: ${words}.`;
}
