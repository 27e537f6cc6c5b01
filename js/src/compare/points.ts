/** The runs as points of a plot. */

import { rgb } from "../theme";
import type { Colouring } from "./colouring";
import type { Comparison } from "./comparison";
import { type Ink, ink, type Layer } from "./layer";
import type { Plot } from "./plot";
import { pointing, type Target } from "./pointing";
import type { Placed } from "./ruler";
import type { Telling, Tip } from "./tip";

const NEAR = 14; // pixels to a point that the pointer means
const FINE = 3000; // points above which they are small and have no rims

export class Points implements Target {
  #comparison: Comparison;
  #plot: Plot;
  #axes: () => (Placed | undefined)[];
  #box: ReturnType<typeof pointing>;
  #xs = new Float32Array(0);
  #ys = new Float32Array(0);
  #radii: Float32Array | undefined;
  #radius = 4;
  #colouring: Colouring | undefined;

  /** `axes` are what is told of a run beside its point. */
  constructor(comparison: Comparison, plot: Plot, tip: Tip, axes: () => (Placed | undefined)[]) {
    this.#comparison = comparison;
    this.#plot = plot;
    this.#axes = axes;
    this.#box = pointing(comparison, plot, tip, this);
  }

  /** Puts the runs in their places; returns how many have none. */
  place(x: Placed, y: Placed, radii?: Float32Array): number {
    this.#xs = Float32Array.from(x.places, (p) => this.#plot.x(p));
    this.#ys = Float32Array.from(y.places, (p) => this.#plot.y(p));
    this.#radii = radii;
    return this.#xs.reduce((lacking, _, run) => lacking + (this.#has(run) ? 0 : 1), 0);
  }

  #has(run: number): boolean {
    return !Number.isNaN((this.#xs[run] as number) + (this.#ys[run] as number));
  }

  at(run: number): [number, number] {
    return [this.#xs[run] as number, this.#ys[run] as number];
  }

  /** Those that have a point, from left to right. */
  steps(): number[] {
    const xs = this.#xs;
    return [...xs.keys()]
      .filter((i) => this.#has(i))
      .sort((i, k) => (xs[i] as number) - (xs[k] as number));
  }

  nearest(x: number, y: number): number {
    let [found, best] = [-1, NEAR];
    for (let i = 0; i < this.#xs.length; i++) {
      const away = Math.hypot((this.#xs[i] as number) - x, (this.#ys[i] as number) - y);
      if (away < best) [found, best] = [i, away];
    }
    return found;
  }

  within([x, y]: [number, number], [u, v]: [number, number]): number[] {
    const inside = (at: number, from: number, to: number): boolean =>
      at >= Math.min(from, to) && at <= Math.max(from, to);
    return [...this.#xs.keys()].filter(
      (i) => inside(this.#xs[i] as number, x, u) && inside(this.#ys[i] as number, y, v),
    );
  }

  tell(run: number): Telling {
    const axes = new Set(this.#axes().filter((axis) => axis !== undefined));
    return [this.#comparison.runs.name(run), [...axes].map((a) => [a.label, a.text(run)])];
  }

  /** Draws all of them, in the colours of an axis or in one, larger or smaller. */
  drawAll(colouring: Colouring | undefined, size = 1): void {
    const { length } = this.#xs;
    this.#colouring = colouring;
    this.#radius = size * (length > FINE ? 2 : length > 500 ? 3 : 4);
    const rim = length > FINE ? 0 : 1;
    this.#draw(this.#plot.all, rim, () => true);
  }

  /** Draws the selected ones again, with a rim, above the others, which become faint. */
  drawChosen(rim?: number): void {
    const { selected, count } = this.#comparison;
    this.#plot.dim(count > 0);
    this.#draw(this.#plot.chosen, rim ?? (count > FINE ? 0 : 1), (run) => selected[run] === 1);
  }

  #draw(layer: Layer, rim: number, counts: (run: number) => boolean): void {
    const [xs, ys, radii, colouring] = [this.#xs, this.#ys, this.#radii, this.#colouring];
    const { ground, text } = this.#comparison.theme;
    const [around, plain] = [ink(rgb(ground)), ink(rgb(text))];
    layer.clear();
    layer.dots((dot) => {
      for (let k = 0; k < xs.length; k++) {
        const run = colouring ? (colouring.order[k] as number) : k;
        const [x, y] = [xs[run] as number, ys[run] as number];
        if (Number.isNaN(x + y) || !counts(run)) continue;
        const r = radii ? (radii[run] as number) : this.#radius;
        if (rim) dot(x, y, r + rim, around);
        dot(x, y, r, colouring ? (colouring.inks[colouring.bins[run] as number] as Ink) : plain);
      }
    });
  }

  /** Draws what is under the pointer, and the box that is dragged. */
  drawOver(): void {
    const { context } = this.#plot.over;
    const { hovered, theme } = this.#comparison;
    const box = this.#box();
    context.strokeStyle = context.fillStyle = theme.accent;
    if (box) {
      const [[x, y], [u, v]] = box;
      context.globalAlpha = 0.2;
      context.fillRect(x, y, u - x, v - y);
      context.globalAlpha = 1;
    }
    if (hovered < 0) return;
    context.lineWidth = 2;
    context.strokeStyle = theme.text;
    context.beginPath();
    context.arc(...this.at(hovered), (this.#radii?.[hovered] ?? this.#radius) + 3, 0, 7);
    context.stroke();
  }
}
