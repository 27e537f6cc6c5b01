/** How a metric went, run by run. */

import { category } from "../colours";
import { debounced, h } from "../dom";
import { line, number } from "../format";
import { linear, log } from "../scales";
import { rgb } from "../theme";
import type { Comparison } from "./comparison";
import { asksPython, axisChoice, choice, toggle } from "./controls";
import { type Curve, Histories } from "./histories";
import type { Ink, Layer } from "./layer";
import { ink } from "./layer";
import { showLegend, swatch } from "./legend";
import { Plot } from "./plot";
import { formatOf, type Ruler, ruler } from "./ruler";
import { Section } from "./section";
import type { Tip } from "./tip";

const AXES: [string, string][] = [
  ["step", "step"],
  ["time", "wall time"],
  ["relative", "time since start"],
];
const FEW = 8; // curves that get a colour each
const BESIDE = 6; // runs told of beside the pointer
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

export class Curves {
  readonly section: Section;
  private readonly plot: Plot;
  private readonly legend = h("div", { class: "sd-legend" });
  private readonly histories: Histories;
  private drawn: Drawn[] = [];
  private cursor: number | undefined;
  private readonly draw: () => void;

  constructor(
    private readonly comparison: Comparison,
    private readonly tip: Tip,
  ) {
    this.section = new Section(comparison, "curves", "Curves");
    this.plot = new Plot(() => comparison.theme);
    this.histories = new Histories(comparison);
    this.section.body.append(this.plot.element, this.legend);
    this.addControls();
    this.draw = this.section.draws(["curves", "parallel", "look"], () => this.redraw());
    this.section.draws(["runs", "curves", "closed"], () => void this.get());
    this.section.draws(["selected"], () => this.drawChosen());
    this.section.draws(["hover"], () => this.drawOver());
    const getSoon = debounced(QUIET, () => {
      if (this.section.open) void this.get();
    });
    comparison.on("selected", getSoon);
    this.listen();
  }

  private async get(): Promise<void> {
    const before = this.histories.curves;
    const came = await this.histories.get();
    const { curves } = this.histories;
    if (came || curves.length !== before.length || curves.some((c, k) => c !== before[k]))
      this.draw();
  }

  private addControls(): void {
    const { comparison } = this;
    const set = (change: object): void => comparison.patch({ curves: change });
    const metric = axisChoice(comparison, "metric", (id) => set({ metric: id }), {
      asks: true,
      which: ({ kind }) => kind === "metric",
    });
    const x = choice("over", AXES, (value) => set({ x: value }));
    const smooth = h("input", {
      type: "range",
      min: "0",
      max: "0.99",
      step: "0.01",
      "aria-label": "smoothing",
      oninput: () => set({ smooth: Number(smooth.value) }),
    });
    const amount = h("span", { class: "sd-faint" });
    const logX = toggle("log x", "Logarithmic x axis", (on) => set({ logX: on }));
    const logY = toggle("log y", "Logarithmic y axis", (on) => set({ logY: on }));
    const slider = h(
      "label",
      { class: "sd-choice" },
      h("span", { class: "sd-faint" }, "smooth"),
      smooth,
      amount,
    );
    asksPython(comparison, x.select);
    this.section.controls.append(metric.element, x.element, slider, logX.element, logY.element);
    const show = (): void => {
      const { curves } = comparison.view;
      const others = comparison.panel.state.axes.filter(
        (a) => a.kind === "metric" && a.id !== curves.metric,
      );
      x.list([
        ...AXES,
        ...others.map(({ id, label }): [string, string] => [
          `metric:${id.slice(8)}`,
          line(label, 40),
        ]),
      ]);
      metric.show(curves.metric);
      x.show(curves.x);
      smooth.value = String(curves.smooth);
      amount.textContent = curves.smooth.toFixed(2);
      logX.show(curves.logX);
      logY.show(curves.logY);
      logX.element.disabled = curves.x === "time";
    };
    comparison.on(["curves", "axes"], show);
    show();
  }

  private redraw(): void {
    const { section, histories, comparison } = this;
    const { metric, smooth } = comparison.view.curves;
    const none = metric
      ? "No run has values of this metric."
      : "No metrics yet: log some with log_metric.";
    const lacking = histories.failed || (histories.curves.length ? "" : none);
    if (section.instead(lacking)) return;
    histories.smooth(smooth);
    const [x, y] = this.rulers();
    this.plot.frame(x, y);
    this.measure(x, y);
    this.drawAll(smooth > 0);
    this.drawChosen();
    this.drawOver();
    this.say(y);
  }

  /** Axes as long as what is drawn. */
  private rulers(): [Ruler, Ruler] {
    const { curves } = this.histories;
    const { metric, x, logX, logY } = this.comparison.view.curves;
    const along =
      AXES.find(([id]) => id === x)?.[1] ?? this.comparison.label(`metrics.${x.slice(7)}`);
    const time = x === "time" ? "time" : "number";
    const horizontal = logX && x !== "time";
    const [left, right] = extent(
      curves.map(({ xs }) => xs),
      horizontal,
    );
    const [low, high] = extent(
      curves.flatMap(({ ys, smooth }) => [ys, smooth]),
      logY,
    );
    return [
      ruler(along, (horizontal ? log : linear)(left, right), horizontal, { id: x, type: time }),
      ruler(this.comparison.label(metric), (logY ? log : linear)(low, high), logY, {
        id: metric ?? "",
        type: "number",
      }),
    ];
  }

  private measure(x: Ruler, y: Ruler): void {
    const { curves } = this.histories;
    const { plot } = this;
    this.drawn = curves.map((curve, k) => ({
      curve,
      ink: this.ink(curve.run, k),
      xs: Float32Array.from(curve.xs, (v) => plot.x(x.scale.place(v))),
      raw: Float32Array.from(curve.ys, (v) => heightOf(plot, y, v)),
      ys: Float32Array.from(curve.smooth, (v) => heightOf(plot, y, v)),
    }));
  }

  /** Few curves have a colour each; many have those of the parallel coordinates. */
  private ink(run: number, k: number): Ink {
    if (this.histories.curves.length <= FEW) return ink(rgb(category(k)));
    const { bins, inks } = this.comparison.colours(this.comparison.view.parallel.colour);
    return inks[bins[run] as number] as Ink;
  }

  private drawAll(smooth: boolean): void {
    if (smooth) this.lines(this.plot.under, this.drawn, "raw");
    this.plot.under.canvas.style.opacity = smooth ? "0.3" : "";
    this.lines(this.plot.all, this.drawn, "ys");
    const { top, height } = this.plot.area;
    const { context } = this.plot.all;
    context.font = `11px ${this.comparison.theme.font}`;
    context.textAlign = "center";
    for (const { curve, ink, xs } of this.drawn)
      for (const [x, kind] of curve.odd) {
        context.fillStyle = ink.css;
        const at = xs[nearestIn(curve.xs, x)] ?? 0;
        context.fillText(MARKS[kind], at, kind === "Infinity" ? top + 9 : top + height - 1);
      }
  }

  private lines(layer: Layer, drawn: Drawn[], which: "raw" | "ys"): void {
    const segments = drawn.reduce((sum, { xs }) => sum + xs.length, 0);
    const pen = layer.pen(segments, drawn.length);
    // The best come first, and are drawn last.
    for (const { xs, ink, ...rest } of [...drawn].reverse()) {
      const ys = rest[which];
      pen.line(xs, 0, ys, 0, xs.length, ink);
    }
    pen.done();
    const lone = drawn.filter(({ xs }) => xs.length === 1);
    if (!lone.length) return;
    for (const { xs, ink, ...rest } of lone) {
      layer.context.fillStyle = ink.css;
      layer.context.fillRect((xs[0] as number) - 2, (rest[which][0] as number) - 2, 4, 4);
    }
  }

  private drawChosen(): void {
    const { selected } = this.comparison;
    const chosen = this.drawn.filter(({ curve }) => selected[curve.run]);
    this.plot.chosen.clear();
    this.plot.dim(chosen.length > 0 && chosen.length < this.drawn.length);
    if (chosen.length) this.lines(this.plot.chosen, chosen, "ys");
  }

  private drawOver(): void {
    const { context } = this.plot.over;
    const { top, height } = this.plot.area;
    const { hovered, theme } = this.comparison;
    this.plot.over.clear();
    const found = this.drawn.find(({ curve }) => curve.run === hovered);
    if (found) {
      const pen = this.plot.over.pen(0, 1);
      context.lineWidth = 3;
      pen.line(found.xs, 0, found.ys, 0, found.xs.length, found.ink);
      pen.done();
    }
    if (this.cursor === undefined) return;
    context.fillStyle = theme.faint;
    context.fillRect(this.cursor, top, 1, height);
  }

  private say(y: Ruler): void {
    const { histories, comparison, drawn } = this;
    const { curves, total } = histories;
    const [kept, count] = [sum(curves.map((c) => c.kept)), sum(curves.map((c) => c.count))];
    const odd = sum(curves.map((c) => c.odd.length));
    const lost = y.log ? sum(curves.map(({ ys }) => ys.filter((v) => v <= 0).length)) : 0;
    const none = comparison.runs.length - total;
    const parts = [
      curves.length < total
        ? `${number(curves.length)} of ${number(total)} runs drawn, the selected first, then the best.`
        : "",
      kept < count ? `${number(kept)} of ${number(count)} points, with the extremes.` : "",
      none ? `${number(none)} ${none === 1 ? "run has" : "runs have"} no ${y.label}.` : "",
      odd ? `${number(odd)} values are NaN (×) or infinite (▲ ▼).` : "",
      lost ? `${number(lost)} values are not above zero.` : "",
    ];
    this.section.say(parts.filter(Boolean).join(" "));
    this.plot.element.ariaLabel = `Curves of ${y.label} of ${number(curves.length)} runs. Up and down go from run to run, Space selects.`;
    if (drawn.length > FEW)
      showLegend(this.legend, comparison.colours(comparison.view.parallel.colour));
    else this.legend.replaceChildren(...drawn.map(({ curve, ink }) => swatch(ink.css, curve.name)));
  }

  // --- pointer and keyboard ----------------------------------------------------------------

  private listen(): void {
    const { element } = this.plot;
    element.addEventListener("pointermove", (e) => this.point(...this.plot.at(e)));
    for (const end of ["pointerleave", "blur"])
      element.addEventListener(end, () => {
        this.cursor = undefined;
        this.tip.hide();
        this.comparison.hover(-1);
        this.drawOver();
      });
    element.addEventListener("click", (e) => {
      const { hovered } = this.comparison;
      if (hovered >= 0) this.comparison.toggle(hovered, e.shiftKey || e.ctrlKey || e.metaKey);
    });
    element.addEventListener("keydown", (e) => this.key(e));
  }

  private point(x: number, y: number): void {
    const near = this.drawn
      .map((drawn) => ({ drawn, k: nearestIn(drawn.xs, x) }))
      .filter(({ drawn, k }) => Math.abs((drawn.xs[k] ?? Number.NaN) - x) < 30)
      .sort((a, b) => away(a, y) - away(b, y));
    this.cursor = x;
    this.comparison.hover(near[0]?.drawn.curve.run ?? -1);
    this.drawOver();
    this.tell(near, x, y);
  }

  /** Says beside the pointer what the nearest runs have there. */
  private tell(near: { drawn: Drawn; k: number }[], x: number, y: number): void {
    const first = near[0];
    if (!first) {
      this.tip.hide();
      return;
    }
    const { x: id } = this.comparison.view.curves;
    const format = formatOf({ id, type: id === "time" ? "time" : "number" });
    const rows = near
      .slice(0, BESIDE)
      .map(({ drawn, k }): [string, string] => [drawn.curve.name, number(drawn.curve.ys[k])]);
    const title = `${AXES.find(([a]) => a === id)?.[1] ?? id.slice(7)} ${format(first.drawn.curve.xs[first.k] ?? 0)}`;
    this.tip.show(...this.plot.inWindow(x, y), title, rows);
  }

  private key(event: KeyboardEvent): void {
    const { comparison, drawn } = this;
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by && drawn.length) {
      const at = drawn.findIndex(({ curve }) => curve.run === comparison.hovered);
      const next = drawn[
        (Math.max(at, by > 0 ? -1 : 0) + by + drawn.length) % drawn.length
      ] as Drawn;
      comparison.hover(next.curve.run);
      const last = next.xs.length - 1;
      const place = this.plot.inWindow(next.xs[last] ?? 0, next.ys[last] ?? 0);
      this.tip.show(...place, next.curve.name, [
        [comparison.label(comparison.view.curves.metric), number(next.curve.ys[last])],
      ]);
    } else if (event.key === " " && comparison.hovered >= 0)
      comparison.toggle(comparison.hovered, true);
    else if (event.key === "Escape") comparison.select([]);
    else return;
    event.preventDefault();
  }
}

function away({ drawn, k }: { drawn: Drawn; k: number }, y: number): number {
  const at = drawn.ys[k] as number;
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : Math.abs(at - y);
}

function heightOf(plot: Plot, y: Ruler, value: number): number {
  return Number.isFinite(value) ? plot.y(y.scale.place(value)) : Number.NaN;
}

/** The least and greatest finite number; above zero, when they go on a logarithmic axis. */
function extent(arrays: Float64Array[], positive: boolean): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const array of arrays)
    for (const v of array) {
      if (!Number.isFinite(v) || (positive && v <= 0)) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
  return low <= high ? [low, high] : [1, 1];
}

/** Where the number nearest to `value` is. */
export function nearestIn(values: ArrayLike<number>, value: number): number {
  let [found, best] = [-1, Number.POSITIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const distance = Math.abs((values[i] as number) - value);
    if (distance < best) [found, best] = [i, distance];
  }
  return found;
}

function sum(values: number[]): number {
  return values.reduce((total, v) => total + v, 0);
}
