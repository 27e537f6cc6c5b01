/** The runs as points of a plot: drawn, found, selected with pointer and keyboard. */

import { rgb } from "../theme";
import type { Colouring } from "./colouring";
import type { Comparison } from "./comparison";
import { type Ink, ink } from "./layer";
import type { Plot } from "./plot";
import type { Placed } from "./ruler";
import type { Tip } from "./tip";

const NEAR = 14; // pixels to a point that the pointer means
const MOVED = 4; // pixels after which a press is a drag

export class Points {
  private xs = new Float32Array(0);
  private ys = new Float32Array(0);
  private size = 1;
  private radii: Float32Array | undefined;
  private colouring: Colouring | undefined;
  private pressed: [number, number] | undefined;
  private dragged: [number, number] | undefined;
  private steps: number[] | undefined;

  constructor(
    private readonly comparison: Comparison,
    private readonly plot: Plot,
    private readonly tip: Tip,
    /** What to say of a run beside its point. */
    private readonly rows: (run: number) => [string, string][],
  ) {
    const { element } = plot;
    element.addEventListener("pointerdown", (e) => this.press(e));
    element.addEventListener("pointermove", (e) => this.move(e));
    element.addEventListener("pointerup", (e) => this.release(e));
    element.addEventListener("pointerleave", () => this.leave());
    element.addEventListener("blur", () => this.leave());
    element.addEventListener("keydown", (e) => this.key(e));
  }

  /** Puts the runs in their places; returns how many have none. */
  place(x: Placed, y: Placed, radii?: Float32Array): number {
    const { length } = this.comparison.runs;
    this.xs = Float32Array.from(x.places, (p) => this.plot.x(p));
    this.ys = Float32Array.from(y.places, (p) => this.plot.y(p));
    this.radii = radii;
    this.steps = undefined;
    let nowhere = 0;
    for (let i = 0; i < length; i++) if (!this.has(i)) nowhere++;
    return nowhere;
  }

  has(run: number): boolean {
    return !Number.isNaN((this.xs[run] as number) + (this.ys[run] as number));
  }

  /** Where a run is. */
  at(run: number): [number, number] {
    return [this.xs[run] as number, this.ys[run] as number];
  }

  /** Draws all of them, in the colours of an axis or in one, larger or smaller. */
  drawAll(colouring: Colouring | undefined, size = 1): void {
    this.colouring = colouring;
    this.size = size;
    const rim = ink(rgb(this.comparison.theme.ground));
    const plain = ink(rgb(this.comparison.theme.text));
    const { all } = this.plot;
    const radius = this.radius;
    all.clear();
    all.dots((dot) => {
      for (const i of colouring?.order ?? this.comparison.runs.ids.keys()) {
        if (!this.has(i)) continue;
        const r = this.radii?.[i] ?? radius;
        const [x, y] = this.at(i);
        if (radius > 2.1) dot(x, y, r + 1, rim);
        dot(x, y, r, this.inkOf(i, plain));
      }
    });
  }

  /** Draws the selected ones again, above the others, which become faint. */
  drawChosen(ringed: boolean): void {
    const { selected, count, theme } = this.comparison;
    const { chosen } = this.plot;
    const rim = ink(rgb(ringed ? theme.accent : theme.ground));
    const plain = ink(rgb(theme.text));
    chosen.clear();
    this.plot.dim(count > 0);
    if (!count) return;
    chosen.dots((dot) => {
      for (const i of this.colouring?.order ?? selected.keys()) {
        if (!selected[i] || !this.has(i)) continue;
        const r = (this.radii?.[i] ?? this.radius) + (ringed ? 0.5 : 0);
        const [x, y] = this.at(i);
        dot(x, y, r + (ringed ? 1.8 : 1), rim);
        dot(x, y, r, this.inkOf(i, plain));
      }
    });
  }

  /** Draws what is under the pointer, and the box that is dragged. */
  drawOver(): void {
    const { over } = this.plot;
    const { hovered, theme } = this.comparison;
    const { context } = over;
    context.strokeStyle = context.fillStyle = theme.accent;
    if (this.pressed && this.dragged) {
      const [[x, y], [u, v]] = [this.pressed, this.dragged];
      context.globalAlpha = 0.12;
      context.fillRect(x, y, u - x, v - y);
      context.globalAlpha = 1;
      context.strokeRect(x, y, u - x, v - y);
    }
    if (hovered < 0 || !this.has(hovered)) return;
    context.lineWidth = 2;
    context.strokeStyle = theme.text;
    context.beginPath();
    context.arc(...this.at(hovered), (this.radii?.[hovered] ?? this.radius) + 3, 0, 2 * Math.PI);
    context.stroke();
  }

  private get radius(): number {
    const { length } = this.comparison.runs;
    return this.size * (length > 3000 ? 2 : length > 500 ? 3 : 4);
  }

  private inkOf(run: number, plain: Ink): Ink {
    const { colouring } = this;
    return colouring ? (colouring.inks[colouring.bins[run] as number] as Ink) : plain;
  }

  private nearest(x: number, y: number): number {
    let [found, best] = [-1, NEAR];
    for (let i = 0; i < this.xs.length; i++) {
      const away = Math.hypot((this.xs[i] as number) - x, (this.ys[i] as number) - y);
      if (away < best) [found, best] = [i, away];
    }
    return found;
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.pressed = this.plot.at(event);
    this.plot.element.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const [x, y] = this.plot.at(event);
    if (this.pressed) this.pull(this.pressed, [x, y]);
    else this.point(this.nearest(x, y));
  }

  private pull(from: [number, number], to: [number, number]): void {
    if (!this.dragged && Math.hypot(to[0] - from[0], to[1] - from[1]) < MOVED) return;
    this.dragged = to;
    this.tip.hide();
    this.comparison.select(this.inBox(from, to));
    this.comparison.tell("hover");
  }

  private release(event: PointerEvent): void {
    const { pressed, dragged, comparison } = this;
    this.pressed = this.dragged = undefined;
    if (!pressed) return;
    const run = this.nearest(...this.plot.at(event));
    if (dragged) comparison.tell("hover");
    else if (run >= 0) comparison.toggle(run, event.shiftKey || event.ctrlKey || event.metaKey);
    else comparison.select([]);
  }

  private inBox([x, y]: [number, number], [u, v]: [number, number]): number[] {
    const [left, right, top, bottom] = [
      Math.min(x, u),
      Math.max(x, u),
      Math.min(y, v),
      Math.max(y, v),
    ];
    const found: number[] = [];
    for (let i = 0; i < this.xs.length; i++) {
      const [a, b] = this.at(i);
      if (a >= left && a <= right && b >= top && b <= bottom) found.push(i);
    }
    return found;
  }

  private point(run: number): void {
    this.comparison.hover(run);
    const { runs } = this.comparison;
    if (run < 0) this.tip.hide();
    else this.tip.show(...this.plot.inWindow(...this.at(run)), runs.name(run), this.rows(run));
  }

  private leave(): void {
    if (this.pressed) return;
    this.point(-1);
  }

  private key(event: KeyboardEvent): void {
    const { comparison } = this;
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowDown: 1,
      ArrowLeft: -1,
      ArrowUp: -1,
    };
    const step = steps[event.key];
    if (step) this.step(step);
    else if (event.key === "Escape") comparison.select([]);
    else if ((event.key === "Enter" || event.key === " ") && comparison.hovered >= 0)
      comparison.toggle(comparison.hovered, event.key === " ");
    else return;
    event.preventDefault();
  }

  /** To the next point from left to right. */
  private step(by: number): void {
    this.steps ??= Array.from(this.xs.keys())
      .filter((i) => this.has(i))
      .sort((i, k) => (this.xs[i] as number) - (this.xs[k] as number));
    const { steps } = this;
    if (!steps.length) return;
    const at = steps.indexOf(this.comparison.hovered);
    const next = at < 0 ? (by > 0 ? 0 : -1) : (at + by + steps.length) % steps.length;
    this.point(steps.at(next) as number);
  }
}
