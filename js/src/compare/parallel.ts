/** Parallel coordinates: every run a line over the axes, brushed on any of them. */

import { fill, h } from "../dom";
import { number } from "../format";
import { AxisColumn, type Host } from "./axis_column";
import type { Comparison } from "./comparison";
import { axisChoice } from "./controls";
import { type Lane, Lanes, nearestLine } from "./lanes";
import { type Ink, Layer } from "./layer";
import { showLegend } from "./legend";
import { Section } from "./section";
import type { View } from "./state";
import type { Tip } from "./tip";

const HEIGHT = 250;
const HEAD = 52; // pixels of the axes' heads

export class Parallel {
  readonly section: Section;
  private readonly all = new Layer();
  private readonly chosen = new Layer();
  private readonly over = new Layer();
  private readonly axes = h("div", { class: "sd-axes" });
  private readonly picture: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly legend = h("div", { class: "sd-legend" });
  private readonly columns = new Map<string, AxisColumn>();
  private lanes = new Lanes([], 320, HEIGHT);
  private ys = new Float32Array(0);
  private readonly host: Host;

  constructor(
    private readonly comparison: Comparison,
    private readonly tip: Tip,
  ) {
    this.section = new Section(comparison, "parallel", "Parallel coordinates");
    const canvases = [this.all, this.chosen, this.over].map(({ canvas }) => canvas);
    this.picture = h("div", { class: "sd-lines", role: "img" }, ...canvases);
    const stage = h("div", { class: "sd-stage" }, this.picture, this.axes);
    this.scroller = h("div", { class: "sd-scroll" }, stage);
    this.section.body.append(this.scroller, this.legend);
    this.host = this.asHost();
    this.addControls();
    this.listen(stage);
    this.section.draws(["parallel", "runs", "look"], () => this.draw());
    this.section.draws(["selected"], () => this.drawChosen());
    this.section.draws(["brushes"], () => {
      for (const column of this.columns.values()) column.showBrush();
    });
    this.section.draws(["hover"], () => this.drawOver());
  }

  private set(change: Partial<View["parallel"]>): void {
    this.comparison.patch({ parallel: change });
  }

  private get view(): View["parallel"] {
    return this.comparison.view.parallel;
  }

  private addControls(): void {
    const { comparison } = this;
    const add = axisChoice(
      comparison,
      "axis",
      (id) => {
        if (id) this.add(id);
        add.show(null);
      },
      { none: "add…", which: ({ id }) => !comparison.view.parallel.axes.includes(id) },
    );
    const colour = axisChoice(comparison, "colour", (id) => this.set({ colour: id }), {
      none: "none",
    });
    this.section.controls.append(add.element, colour.element);
    const show = (): void => colour.show(this.view.colour);
    comparison.on(["parallel", "axes"], show);
    show();
  }

  private add(id: string): void {
    const { axes, log } = this.view;
    const suggested = this.comparison.axis(id)?.log && !log.includes(id);
    this.set({ axes: [...axes, id], log: suggested ? [...log, id] : log });
    this.comparison.tell("axes");
  }

  // --- what the axes ask for ---------------------------------------------------------------

  private asHost(): Host {
    const swapped = (list: string[], id: string): string[] =>
      list.includes(id) ? list.filter((other) => other !== id) : [...list, id];
    return {
      comparison: this.comparison,
      flip: (id) => this.set({ flipped: swapped(this.view.flipped, id) }),
      log: (id) => {
        if (this.comparison.axis(id)?.type === "number")
          this.set({ log: swapped(this.view.log, id) });
      },
      colour: (id) => this.set({ colour: id }),
      remove: (id) => this.remove(id),
      shift: (id, by) => this.move(id, this.view.axes.indexOf(id) + by),
      drag: (id, clientX) => this.drag(id, clientX),
      focus: (id, by) => {
        const next = this.view.axes[this.view.axes.indexOf(id) + by];
        if (next) this.columns.get(next)?.element.focus();
      },
    };
  }

  private remove(id: string): void {
    const { axes } = this.view;
    const next = axes[axes.indexOf(id) + 1] ?? axes.at(-2) ?? "";
    if (this.view.brushes[id]) this.comparison.brush(id, []);
    this.set({ axes: axes.filter((other) => other !== id) });
    this.comparison.tell("axes");
    this.columns.get(next)?.element.focus();
  }

  private move(id: string, to: number): void {
    const { axes } = this.view;
    if (to < 0 || to >= axes.length || axes[to] === id) return;
    const others = axes.filter((other) => other !== id);
    this.set({ axes: [...others.slice(0, to), id, ...others.slice(to)] });
  }

  private drag(id: string, clientX: number | undefined): void {
    const column = this.columns.get(id)?.element;
    if (!column) return;
    if (clientX === undefined) {
      column.style.transform = "";
      return;
    }
    const x = clientX - this.axes.getBoundingClientRect().left;
    this.move(id, this.lanes.laneAt(x));
    const home = this.lanes.xs[this.view.axes.indexOf(id)] ?? x;
    column.style.transform = `translateX(${x - home}px)`;
  }

  // --- drawing -----------------------------------------------------------------------------

  private draw(): void {
    const { comparison } = this;
    const lanes = this.view.axes.flatMap((id): Lane[] => {
      const axis = comparison.placed(id, this.view.log.includes(id));
      return axis ? [{ axis, flipped: this.view.flipped.includes(id) }] : [];
    });
    if (this.section.instead(lanes.length ? "" : "Add an axis above.")) return;
    const tall = Math.max(...lanes.map(({ axis }) => axis.categories?.length ?? 0));
    const height = Math.min(420, Math.max(HEIGHT, tall * 17));
    this.lanes = new Lanes(lanes, this.scroller.clientWidth || 320, height);
    this.ys = this.lanes.heights(comparison.runs.length) as Float32Array<ArrayBuffer>;
    this.showColumns();
    const { width, bottom } = this.lanes;
    for (const layer of [this.all, this.chosen, this.over]) layer.fit(width, bottom);
    const colours = comparison.colours(this.view.colour);
    this.strokes(this.all, colours.order);
    showLegend(this.legend, colours);
    this.drawChosen();
    this.drawOver();
    this.say();
  }

  private showColumns(): void {
    const { lanes, columns, axes } = this;
    const shown = lanes.lanes.map(({ axis }) => axis.axis.id);
    for (const id of columns.keys()) if (!shown.includes(id)) columns.delete(id);
    const elements = shown.map((id, k) => {
      const column = columns.get(id) ?? new AxisColumn(id, this.host);
      columns.set(id, column);
      column.show(lanes, k);
      return column.element;
    });
    // An element that is put elsewhere loses the focus.
    const focused = document.activeElement;
    if (
      elements.some((element, k) => element !== axes.children[k]) ||
      axes.children.length !== elements.length
    )
      fill(axes, ...elements);
    if (focused !== document.activeElement && axes.contains(focused))
      (focused as HTMLElement).focus();
    for (const part of [axes, this.picture]) part.style.width = `${lanes.width}px`;
    axes.style.height = `${HEAD + lanes.bottom}px`;
    this.picture.style.top = `${HEAD}px`;
  }

  private strokes(layer: Layer, runs: ArrayLike<number>): void {
    const { xs } = this.lanes;
    const { bins, inks } = this.comparison.colours(this.view.colour);
    const count = xs.length;
    const pen = layer.pen(runs.length * (count - 1), runs.length);
    for (let k = 0; k < runs.length; k++) {
      const run = runs[k] as number;
      pen.line(xs, 0, this.ys, run * count, count, inks[bins[run] as number] as Ink);
    }
    pen.done();
  }

  private drawChosen(): void {
    const { selected, count } = this.comparison;
    this.chosen.clear();
    this.all.canvas.classList.toggle("sd-dimmed", count > 0);
    const { order } = this.comparison.colours(this.view.colour);
    if (count)
      this.strokes(
        this.chosen,
        order.filter((run) => selected[run]),
      );
    this.describe();
  }

  private drawOver(): void {
    const { comparison, over, lanes } = this;
    const { hovered, theme } = comparison;
    over.clear();
    if (hovered < 0) return;
    const { xs } = lanes;
    const from = hovered * xs.length;
    const { context } = over;
    for (const [width, colour] of [
      [5, theme.ground],
      [2.5, theme.text],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.beginPath();
      for (const [k, x] of xs.entries()) context.lineTo(x, this.ys[from + k] as number);
      context.stroke();
    }
  }

  private describe(): void {
    const { comparison, lanes } = this;
    const selected = comparison.count ? `, ${number(comparison.count)} selected` : "";
    this.picture.ariaLabel = `Parallel coordinates of ${number(comparison.runs.length)} runs over ${lanes.lanes.length} axes${selected}`;
  }

  private say(): void {
    const { axes_hidden } = this.comparison.panel.state;
    const hidden = axes_hidden
      ? ` ${number(axes_hidden)} more are not offered: most runs lack them.`
      : "";
    this.section.say(
      `Drag along an axis to brush it, again for another part; click to clear. Drag a name to move its axis.${hidden}`,
    );
  }

  // --- pointer -----------------------------------------------------------------------------

  private listen(stage: HTMLElement): void {
    stage.addEventListener("pointermove", (e) =>
      this.point(e, e.buttons === 0 ? this.runAt(e) : -1),
    );
    stage.addEventListener("pointerleave", (e) => this.point(e, -1));
    stage.addEventListener("click", (e) => {
      const run = (e.target as Element).closest("button,.sd-mark,.sd-brushable")
        ? -1
        : this.runAt(e);
      if (run >= 0) this.comparison.toggle(run, e.shiftKey || e.ctrlKey || e.metaKey);
    });
  }

  private runAt(event: MouseEvent): number {
    const { left, top } = this.picture.getBoundingClientRect();
    const { count, selected } = this.comparison;
    const at: [number, number] = [event.clientX - left, event.clientY - top];
    return nearestLine(this.lanes, this.ys, at, (run) => !count || selected[run] === 1);
  }

  private point(event: MouseEvent, run: number): void {
    this.comparison.hover(run);
    const rows = this.lanes.lanes.map(({ axis }): [string, string] => [axis.label, axis.text(run)]);
    if (run < 0) this.tip.hide();
    else this.tip.show(event.clientX, event.clientY, this.comparison.runs.name(run), rows);
  }
}
