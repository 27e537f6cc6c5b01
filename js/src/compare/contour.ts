/** A metric over two axes: what the runs say, and only near them. */

import { rampRgb } from "../colours";
import { h } from "../dom";
import { number } from "../format";
import { categories, linear, log } from "../scales";
import { floats, withLatest } from "./answers";
import type { Comparison } from "./comparison";
import { axisChoice } from "./controls";
import { isoline } from "./isolines";
import { ink } from "./layer";
import { bar } from "./legend";
import { Plot } from "./plot";
import { Points } from "./points";
import { formatOf, type Placed, type Ruler, ruler } from "./ruler";
import { Section } from "./section";
import type { ContourAnswer } from "./state";
import type { Tip } from "./tip";

const LEVELS = 8;

export class Contour {
  readonly section: Section;
  private readonly plot: Plot;
  private readonly points: Points;
  private readonly legend = h("div", { class: "sd-legend" });
  private answer: ContourAnswer | undefined;
  private grid = new Float64Array(0);
  private failed = "";
  private asked = "";
  private readonly latest = withLatest();

  constructor(
    private readonly comparison: Comparison,
    tip: Tip,
  ) {
    this.section = new Section(comparison, "contour", "Contour");
    this.plot = new Plot(() => comparison.theme, 0);
    this.points = new Points(comparison, this.plot, tip, (run) => this.rows(run));
    this.section.body.append(this.plot.element, this.legend);
    this.addControls();
    this.section.draws(["contour", "runs", "look"], () => this.draw());
    this.section.draws(["selected"], () => this.points.drawChosen(true));
    this.section.draws(["hover"], () => this.drawOver());
  }

  private addControls(): void {
    const { comparison } = this;
    const choose = (key: "x" | "y" | "z", metric: boolean) =>
      axisChoice(
        comparison,
        key === "z" ? "metric" : key,
        (id) => comparison.patch({ contour: { [key]: id } }),
        {
          asks: true,
          which: (axis) => (metric ? axis.type === "number" && axis.kind !== "param" : true),
        },
      );
    const choices = { x: choose("x", false), y: choose("y", false), z: choose("z", true) };
    this.section.controls.append(...Object.values(choices).map(({ element }) => element));
    const show = (): void => {
      for (const key of ["x", "y", "z"] as const) choices[key].show(comparison.view.contour[key]);
    };
    comparison.on(["contour", "axes"], show);
    show();
  }

  private draw(): void {
    void this.get();
    const { answer, section } = this;
    const { x: idX, y: idY, z: idZ } = this.comparison.view.contour;
    const lacking = idX && idY && idZ ? this.failed : "Choose two axes and a metric.";
    const none = answer && !answer.z ? "No run has a value of all three here." : "";
    if (section.instead(lacking || none) || !answer) return;
    const [x, y] = [this.axis("x", answer.logX, answer.x), this.axis("y", answer.logY, answer.y)];
    if (!x || !y) return;
    this.plot.frame(x.ruler, y.ruler);
    this.drawGrid(answer);
    this.points.place(x.placed, y.placed);
    this.points.drawAll(undefined, 0.6);
    this.points.drawChosen(true);
    this.drawOver();
    this.say(answer, x.ruler, y.ruler);
  }

  /** Asks Python for the grid, unless it is the one here. */
  private async get(): Promise<void> {
    const { comparison } = this;
    const { x, y, z } = comparison.view.contour;
    const asked = JSON.stringify([x, y, z, comparison.panel.state.data]);
    if (asked === this.asked || !x || !y || !z) return;
    this.asked = asked;
    this.answer = undefined;
    await this.latest(
      comparison.panel.ask<ContourAnswer>("contour", { x, y, z }),
      ({ result, buffers: [view] }) => {
        this.answer = result;
        this.grid = floats(view);
        this.failed = "";
      },
      (message) => {
        this.failed = message;
      },
    );
    comparison.tell("contour");
  }

  /** An axis as the grid has it, with the runs on it. */
  private axis(
    which: "x" | "y",
    logarithmic: boolean,
    extent: [number, number] | string[],
  ): { ruler: Ruler; placed: Placed } | undefined {
    const { comparison } = this;
    const own = comparison.placed(comparison.view.contour[which], logarithmic);
    if (!own) return undefined;
    const names = extent.every((e) => typeof e === "string") ? (extent as string[]) : undefined;
    const [low, high] = extent as [number, number];
    const scale = names ? categories(names.length) : (logarithmic ? log : linear)(low, high);
    const axis = ruler(own.label, scale, logarithmic, own.axis, names);
    const column = comparison.runs.column(own.axis.id);
    const values = column?.values ?? new Float64Array(0);
    const codes = own.categories?.map((text) => names?.indexOf(text) ?? -1);
    const places = own.places.map((p, i) =>
      Number.isNaN(p)
        ? p
        : scale.place(codes ? (codes[values[i] as number] ?? -1) : (values[i] as number)),
    );
    return { ruler: axis, placed: { ...own, places } };
  }

  private drawGrid(answer: ContourAnswer): void {
    const { nx, ny, z } = answer;
    const { ground } = this.plot;
    const { left, top, width, height } = this.plot.area;
    hatch(ground.context, this.plot.area, this.comparison.theme.line);
    const cells = h("canvas", { width: nx, height: ny });
    const context = cells.getContext("2d") as CanvasRenderingContext2D;
    context.putImageData(this.heat(nx, ny, z as [number, number]), 0, 0);
    ground.context.imageSmoothingEnabled = false;
    ground.context.drawImage(cells, left, top, width, height);
    if (
      Array.isArray(answer.x) &&
      typeof answer.x[0] !== "string" &&
      typeof answer.y[0] !== "string"
    )
      this.drawLines(answer);
  }

  private heat(nx: number, ny: number, [low, high]: [number, number]): ImageData {
    const image = new ImageData(nx, ny);
    const { dark } = this.comparison.theme;
    this.grid.forEach((value, at) => {
      if (Number.isNaN(value)) return;
      const row = ny - 1 - Math.floor(at / nx);
      const colour = rampRgb(high > low ? (value - low) / (high - low) : 0.5, dark);
      image.data.set([...colour, 255], 4 * (row * nx + (at % nx)));
    });
    return image;
  }

  private drawLines({ nx, ny, z }: ContourAnswer): void {
    const { context } = this.plot.ground;
    const { left, top, width, height } = this.plot.area;
    context.strokeStyle = "rgba(255,255,255,0.65)";
    context.lineWidth = 1;
    context.beginPath();
    for (const level of linear(...(z as [number, number])).ticks(LEVELS))
      for (const [x, y, u, v] of isoline(this.grid, nx, ny, level)) {
        context.moveTo(left + x * width, top + (1 - y) * height);
        context.lineTo(left + u * width, top + (1 - v) * height);
      }
    context.stroke();
  }

  private drawOver(): void {
    this.plot.over.clear();
    this.points.drawOver();
  }

  private say(answer: ContourAnswer, x: Ruler, y: Ruler): void {
    const { comparison } = this;
    const { z, runs, left_out } = answer;
    const axis = comparison.axis(comparison.view.contour.z);
    const label = comparison.label(comparison.view.contour.z);
    this.plot.element.ariaLabel = `Contour of ${label} over ${x.label} and ${y.label}, from ${number(runs)} runs. Arrow keys go from run to run, Space selects.`;
    const colours = Array.from(
      { length: 33 },
      (_, i) => ink(rampRgb(i / 32, comparison.theme.dark)).css,
    );
    const [low, high] = z as [number, number];
    const format = axis ? formatOf(axis) : number;
    const blank = h("span", { class: "sd-swatch" }, h("i", { class: "sd-hatched" }), "no run near");
    this.legend.replaceChildren(
      h("span", { class: "sd-faint" }, label),
      ...bar(colours, format(low), format(high)),
      blank,
    );
    const reasons = Object.entries(left_out).map(([reason, n]) => `${number(n)} ${reason}`);
    const total = runs + Object.values(left_out).reduce((sum, n) => sum + n, 0);
    if (reasons.length)
      this.section.say(`${number(runs)} of ${number(total)} runs used: ${reasons.join(", ")}.`);
    else this.section.say();
  }

  private rows(run: number): [string, string][] {
    const { x, y, z } = this.comparison.view.contour;
    const axes = [x, y, z].map((id) => this.comparison.placed(id));
    return axes.filter((a) => a !== undefined).map((a) => [a.label, a.text(run)]);
  }
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
  context.lineWidth = 1;
  context.beginPath();
  for (let x = left - height; x < left + width; x += 7) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}
