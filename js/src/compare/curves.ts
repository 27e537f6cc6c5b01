/** How a metric went, run by run. */

import { category } from "../colours";
import { debounced, fill, h } from "../dom";
import { line, number, runsIn } from "../format";
import { rgb } from "../theme";
import { chart } from "./chart";
import type { Comparison } from "./comparison";
import { asksPython, controlsOf, labelled } from "./controls";
import { span } from "./elements";
import { type Curve, type Histories, histories } from "./histories";
import { type Ink, ink, type Layer } from "./layer";
import { showLegend, swatch } from "./legend";
import type { Plot } from "./plot";
import { pointing, type Target } from "./pointing";
import { formatOf, type Ruler, ruler, scaleOver } from "./ruler";
import type { Section } from "./section";
import type { Tip } from "./tip";

const AXES: [string, string][] = [
  ["step", "step"],
  ["time", "wall time"],
  ["relative", "time since start"],
];
const FEW = 8; // curves that get a colour each
const BESIDE = 6; // runs told of beside the pointer
const NEAR = 30; // pixels to a point that the pointer means
const MARKS = { NaN: "×", Infinity: "▲", "-Infinity": "▼" };
const QUIET = 250; // ms without another selection, after which curves of the selected are asked for

/** A curve in pixels. */
interface Drawn {
  curve: Curve;
  ink: Ink;
  xs: Float32Array;
  raw: Float32Array;
  ys: Float32Array;
}

export function curves(comparison: Comparison, tip: Tip): Section {
  const { part, plot, legend } = chart(comparison, "curves", "Curves");
  let drawn: Drawn[] = [];
  const drawChosen = (): void => {
    const chosen = drawn.filter(({ curve }) => comparison.selected[curve.run]);
    plot.chosen.clear();
    plot.dim(chosen.length > 0 && chosen.length < drawn.length);
    if (chosen.length) strokes(plot.chosen, chosen, "ys");
  };
  let cursor = Number.NaN;
  const drawOver = (): void => {
    plot.over.clear();
    if (comparison.hovered < 0) {
      cursor = Number.NaN; // the pointer is elsewhere from now on; nothing is drawn there
      return;
    }
    plot.over.context.fillStyle = comparison.theme.faint;
    plot.over.context.fillRect(cursor, plot.area.top, 1, plot.area.height);
    strokes(
      plot.over,
      drawn.filter(({ curve }) => curve.run === comparison.hovered),
      "ys",
      3,
    );
  };
  const draw = (): void => {
    const { metric, smooth } = comparison.view.curves;
    const none = metric ? "No run has values of it." : "No metrics yet: log some with log_metric.";
    const courses = found.curves.some(({ count }) => count > 1);
    const single = courses ? "" : "One value a run: there is no curve.";
    if (part.instead(found.failed || (found.curves.length ? single : none))) return;
    found.smooth(smooth);
    const [x, y] = rulers(comparison, found.curves);
    plot.frame(x, y);
    drawn = found.curves.map((curve, k) =>
      inPixels(plot, x, y, curve, inkOf(comparison, found.curves, k)),
    );
    plot.under.canvas.style.opacity = "0.3";
    if (smooth) strokes(plot.under, drawn, "raw");
    strokes(plot.all, drawn, "ys");
    drawOdd(plot, drawn, comparison.theme.font);
    drawChosen();
    drawOver();
    plot.describe(`Curves of ${y.label} of ${runsIn(drawn.length)}`);
    part.say(...words(comparison, found, y));
    if (drawn.length > FEW) showLegend(legend, comparison.colours(comparison.view.parallel.colour));
    else fill(legend, ...drawn.map((d) => swatch(`background:${d.ink.css}`, d.curve.name)));
  };
  const soon = part.draws(["parallel", "look"], draw);
  const found = histories(comparison, soon);
  const get = part.draws(["runs", "curves"], found.get);
  comparison.on("selected", debounced(QUIET, get));
  part.draws(["selected"], drawChosen);
  part.draws(["hover"], drawOver);
  const cross = (x: number): void => {
    cursor = x;
    drawOver();
  };
  pointing(
    comparison,
    plot,
    tip,
    targetOf(comparison, () => drawn, cross),
  );
  addControls(comparison, part);
  return part;
}

function addControls(comparison: Comparison, part: Section): void {
  const { axis, toggle, add, set } = controlsOf(comparison, "curves", part.controls);
  const view = () => comparison.view.curves;
  axis("metric", "metric", { asks: true, which: ({ kind }) => kind === "metric" });
  const over = h("select", { onchange: () => set({ x: over.value }) });
  asksPython(comparison, over);
  add(labelled("over", over), () => {
    const metrics = comparison.panel.state.axes.filter(
      ({ kind, id }) => kind === "metric" && id !== view().metric,
    );
    const others = metrics.map(
      ({ id, label }) => [id.replace("metrics.", "metric:"), label] as const,
    );
    fill(
      over,
      ...[...AXES, ...others].map(([value, text]) => h("option", { value }, line(text, 40))),
    );
    over.value = view().x;
  });
  const slide = (): void => set({ smooth: Number(slider.value) });
  const slider = h("input", { type: "range", max: "0.99", step: "0.01", oninput: slide });
  const amount = span("sd-faint");
  add(labelled("smoothing", slider, amount), () => {
    slider.value = String(view().smooth);
    amount.textContent = view().smooth.toFixed(2);
  });
  toggle("logX", "log x", "Logarithmic x axis", () =>
    view().x === "time" ? "Not of wall time" : "",
  );
  toggle("logY", "log y", "Logarithmic y axis");
}

/** What is along the horizontal axis. */
function along(comparison: Comparison): string {
  const { x } = comparison.view.curves;
  const known = AXES.find(([id]) => id === x);
  return known ? known[1] : comparison.label(x.replace("metric:", "metrics."));
}

function typeOf(x: string): { id: string; type: "time" | "number" } {
  return { id: x, type: x === "time" ? "time" : "number" };
}

/** Axes as long as what is drawn. */
function rulers(comparison: Comparison, drawn: Curve[]): [Ruler, Ruler] {
  const { metric, x, logX, logY } = comparison.view.curves;
  const log = logX && x !== "time";
  const xs = drawn.map((curve) => curve.xs);
  const ys = drawn.flatMap((curve) => [curve.ys, curve.smooth]);
  return [
    ruler(along(comparison), scaleOver(xs, log), log, typeOf(x)),
    ruler(comparison.label(metric), scaleOver(ys, logY), logY, typeOf("")),
  ];
}

/** Few curves have a colour each; many have those of the parallel coordinates. */
function inkOf(comparison: Comparison, drawn: Curve[], k: number): Ink {
  if (drawn.length <= FEW) return ink(rgb(category(k)));
  const { bins, inks } = comparison.colours(comparison.view.parallel.colour);
  return inks[bins[(drawn[k] as Curve).run] as number] as Ink;
}

function inPixels(plot: Plot, x: Ruler, y: Ruler, curve: Curve, ink: Ink): Drawn {
  const height = (v: number): number =>
    Number.isFinite(v) ? plot.y(y.scale.place(v)) : Number.NaN;
  return {
    curve,
    ink,
    xs: Float32Array.from(curve.xs, (v) => plot.x(x.scale.place(v))),
    raw: Float32Array.from(curve.ys, height),
    ys: Float32Array.from(curve.smooth, height),
  };
}

function strokes(layer: Layer, drawn: Drawn[], which: "raw" | "ys", width?: number): void {
  const segments = drawn.reduce((sum, { xs }) => sum + xs.length, 0);
  const pen = layer.pen(segments, drawn.length, width);
  // The best come first, and are drawn last.
  for (const { xs, ink, [which]: ys } of [...drawn].reverse()) {
    pen.line(xs, 0, ys, 0, xs.length, ink);
    if (xs.length > 1) continue;
    layer.context.fillStyle = ink.css;
    layer.context.fillRect((xs[0] as number) - 2, (ys[0] as number) - 2, 4, 4);
  }
  pen.done();
}

/** Marks what is not finite, at the edge. */
function drawOdd(
  { all: { context }, area: { top, height } }: Plot,
  drawn: Drawn[],
  font: string,
): void {
  context.font = `11px ${font}`;
  context.textAlign = "center";
  for (const { curve, ink, xs } of drawn)
    for (const [x, kind] of curve.odd) {
      context.fillStyle = ink.css;
      const at = xs[nearestIn(curve.xs, x)] ?? 0;
      context.fillText(MARKS[kind], at, kind === "Infinity" ? top + 9 : top + height - 1);
    }
}

/** What is not drawn, or not as it is. */
function words({ runs }: Comparison, { curves, total }: Histories, y: Ruler): (string | false)[] {
  const sum = (count: (curve: Curve) => number): number =>
    curves.reduce((all, curve) => all + count(curve), 0);
  const [kept, count] = [sum((c) => c.kept), sum((c) => c.count)];
  const odd = sum((c) => c.odd.length);
  const low = y.log ? sum(({ ys }) => ys.filter((v) => v <= 0).length) : 0;
  const lacking = runs.length - total;
  return [
    curves.length < total &&
      `${number(curves.length)} of ${runsIn(total)} drawn, the selected first, then the best. `,
    kept < count && `${number(kept)} of ${number(count)} points, with the extremes. `,
    lacking > 0 && `${runsIn(lacking)} without ${y.label}. `,
    odd > 0 && `${number(odd)} not finite: NaN (×), infinite (▲ ▼). `,
    low > 0 && `${number(low)} not drawn, not above zero.`,
  ];
}

function targetOf(
  comparison: Comparison,
  drawn: () => Drawn[],
  cross: (x: number) => void,
): Target {
  const around = (x: number, y: number) => {
    const away = ({ ys }: Drawn, k: number): number => Math.abs((ys[k] as number) - y) || 0;
    return drawn()
      .map((one) => ({ one, k: nearestIn(one.xs, x) }))
      .filter(({ one, k }) => Math.abs((one.xs[k] ?? Number.NaN) - x) < NEAR)
      .sort((a, b) => away(a.one, a.k) - away(b.one, b.k));
  };
  return {
    at(run) {
      const found = drawn().find(({ curve }) => curve.run === run);
      return [found?.xs.at(-1) ?? 0, found?.ys.at(-1) ?? 0];
    },
    nearest: (x, y) => around(x, y)[0]?.one.curve.run ?? -1,
    steps: () => drawn().map(({ curve }) => curve.run),
    tell(run, x, y) {
      const near = around(x, y).slice(0, BESIDE);
      cross(x);
      const { one, k } = near.find((n) => n.one.curve.run === run) ?? { one: drawn()[0], k: 0 };
      const at = formatOf(typeOf(comparison.view.curves.x))(one?.curve.xs[k] ?? 0);
      const rows = near.map((n): [string, string] => [
        n.one.curve.name,
        number(n.one.curve.ys[n.k]),
      ]);
      return [`${along(comparison)} ${at}`, rows];
    },
  };
}

/** Where the number nearest to `value` is; -1 when there is none. */
function nearestIn(values: ArrayLike<number>, value: number): number {
  let [found, best] = [-1, Number.MAX_VALUE];
  for (let i = 0; i < values.length; i++) {
    const distance = Math.abs((values[i] as number) - value);
    if (distance < best) [found, best] = [i, distance];
  }
  return found;
}
