/** Every run as a point of any two axes. */

import { h } from "../dom";
import { number } from "../format";
import type { Comparison } from "./comparison";
import { axisChoice, toggle } from "./controls";
import { showLegend } from "./legend";
import { directed, paretoFront } from "./pareto";
import { Plot } from "./plot";
import { Points } from "./points";
import type { Placed } from "./ruler";
import { PLACED } from "./runs";
import { Section } from "./section";
import type { Tip } from "./tip";

const RADII = [2, 9] as const; // pixels of the least and the greatest

export class Scatter {
  readonly section: Section;
  private readonly plot: Plot;
  private readonly points: Points;
  private readonly legend = h("div", { class: "sd-legend" });
  private front: number[] = [];

  constructor(
    private readonly comparison: Comparison,
    tip: Tip,
  ) {
    this.section = new Section(comparison, "scatter", "Scatter");
    this.plot = new Plot(() => comparison.theme);
    this.points = new Points(comparison, this.plot, tip, (run) => this.rows(run));
    this.section.body.append(this.plot.element, this.legend);
    this.addControls();
    this.section.draws(["scatter", "runs", "look"], () => this.draw());
    this.section.draws(["selected"], () => this.drawChosen());
    this.section.draws(["hover"], () => this.drawOver());
  }

  private addControls(): void {
    const { comparison } = this;
    const set = (change: object): void => comparison.patch({ scatter: change });
    const choices = {
      x: axisChoice(comparison, "x", (x) => set({ x, logX: comparison.axis(x)?.log })),
      y: axisChoice(comparison, "y", (y) => set({ y, logY: comparison.axis(y)?.log })),
      colour: axisChoice(comparison, "colour", (colour) => set({ colour }), { none: "none" }),
      size: axisChoice(comparison, "size", (size) => set({ size }), {
        none: "none",
        which: (axis) => axis.type !== "text",
      }),
    };
    const toggles = {
      logX: toggle("log x", "Logarithmic x axis", (logX) => set({ logX })),
      logY: toggle("log y", "Logarithmic y axis", (logY) => set({ logY })),
      pareto: toggle("Pareto", "", (pareto) => set({ pareto })),
    };
    const parts = [...Object.values(choices), ...Object.values(toggles)];
    this.section.controls.append(...parts.map(({ element }) => element));
    const show = (): void => {
      const { scatter } = comparison.view;
      for (const key of ["x", "y", "colour", "size"] as const) choices[key].show(scatter[key]);
      for (const key of ["logX", "logY", "pareto"] as const) toggles[key].show(scatter[key]);
      toggles.logX.element.disabled = comparison.axis(scatter.x)?.type !== "number";
      toggles.logY.element.disabled = comparison.axis(scatter.y)?.type !== "number";
      const known = [scatter.x, scatter.y].every((id) => comparison.axis(id)?.better);
      toggles.pareto.element.disabled = !known;
      toggles.pareto.element.title = known
        ? "Show the runs that no other beats in both"
        : "Needs two metrics of which it is known whether less or more is better";
    };
    comparison.on(["scatter", "axes", "runs"], show);
    show();
  }

  private get axes(): [Placed | undefined, Placed | undefined] {
    const { x, y, logX, logY } = this.comparison.view.scatter;
    return [this.comparison.placed(x, logX), this.comparison.placed(y, logY)];
  }

  private draw(): void {
    const { comparison, section } = this;
    const [x, y] = this.axes;
    const { scatter } = comparison.view;
    if (section.instead(x && y ? "" : "Choose what to draw along x and y.") || !x || !y) return;
    this.plot.frame(x, y);
    const nowhere = this.points.place(x, y, this.radii(scatter.size));
    const colours = comparison.colours(scatter.colour);
    this.points.drawAll(colours);
    showLegend(this.legend, colours);
    this.front = scatter.pareto && directed(x) && directed(y) ? paretoFront(x, y) : [];
    this.say(nowhere, x, y);
    this.drawChosen();
    this.drawOver();
  }

  private radii(size: string | null): Float32Array | undefined {
    const by = this.comparison.placed(size);
    if (!by) return undefined;
    const [least, most] = RADII;
    return by.places.map((p, i) =>
      by.odd[i] === PLACED ? Math.sqrt(least ** 2 + p * (most ** 2 - least ** 2)) : 1.5,
    );
  }

  private say(nowhere: number, x: Placed, y: Placed): void {
    const total = number(this.comparison.runs.length);
    const drawn = number(this.comparison.runs.length - nowhere);
    this.plot.element.ariaLabel = `Scatter of ${drawn} runs: ${y.label} over ${x.label}. Arrow keys go from run to run, Space selects.`;
    const parts: (string | Node)[] = [];
    if (nowhere) parts.push(`${drawn} of ${total} runs drawn: ${nowhereText(nowhere, x, y)}. `);
    if (this.front.length) {
      const select = (): void => this.comparison.select(this.front);
      parts.push(`Pareto front: ${number(this.front.length)} runs. `);
      parts.push(h("button", { type: "button", class: "sd-link", onclick: select }, "Select them"));
    }
    this.section.say(...parts);
  }

  private drawChosen(): void {
    this.points.drawChosen(false);
  }

  private drawOver(): void {
    this.plot.over.clear();
    this.drawFront();
    this.points.drawOver();
  }

  /** The front as stairs: what lies beyond them is beaten. */
  private drawFront(): void {
    const { context } = this.plot.over;
    if (!this.front.length) return;
    context.strokeStyle = this.comparison.theme.accent;
    context.lineWidth = 1.5;
    context.setLineDash([5, 3]);
    context.beginPath();
    this.front.forEach((run, k) => {
      const [x, y] = this.points.at(run);
      if (k) context.lineTo(x, this.points.at(this.front[k - 1] as number)[1]);
      context.lineTo(x, y);
    });
    context.stroke();
    context.setLineDash([]);
    for (const run of this.front) {
      context.beginPath();
      context.arc(...this.points.at(run), 6, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  private rows(run: number): [string, string][] {
    const { x, y, colour, size } = this.comparison.view.scatter;
    const axes = [...new Set([x, y, colour, size])].map((id) => this.comparison.placed(id));
    return axes.filter((a) => a !== undefined).map((a) => [a.label, a.text(run)]);
  }
}

function nowhereText(count: number, x: Placed, y: Placed): string {
  const log = [x, y].some((a) => a.log && a.odd.includes(4)) ? " above zero" : "";
  return `${number(count)} ${count === 1 ? "has" : "have"} no value${log} here`;
}
