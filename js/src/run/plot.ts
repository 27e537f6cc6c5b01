/** One metric's curve with its axes, to be read point by point. */

import { fill, h, svg } from "../dom";
import { number } from "../format";
import { extent, linear, log, type Scale } from "../scales";
import { type Curve, oddMarks, pathOf } from "./curve";

const HEIGHT = 260;
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 12, 10, 26];

/** A plot; `close` is called when the reader has had enough. */
export class Plot {
  readonly root = h("figure", { class: "sd-plot" });
  private readonly reading = h("output", { class: "sd-reading" });
  private readonly place = h("div", { class: "sd-plot-place", tabIndex: 0 });
  private readonly logarithmic: HTMLButtonElement;
  private curve: Curve | undefined;
  private at: number | undefined;
  private x: (step: number) => number = () => 0;
  private y: (value: number) => number = () => 0;

  constructor(
    readonly key: string,
    close: () => void,
  ) {
    this.logarithmic = h("button", { type: "button", "aria-pressed": "false" }, "log");
    this.logarithmic.title = "Logarithmic axis";
    this.logarithmic.addEventListener("click", () => this.turnLog());
    const end = h("button", { type: "button", class: "sd-plain", title: "Close (Escape)" }, "×");
    end.setAttribute("aria-label", `Close the curve of ${key}`);
    end.addEventListener("click", close);
    const title = h("figcaption", {}, h("b", {}, h("bdi", {}, key)), this.reading);
    this.root.append(h("div", { class: "sd-plot-head" }, title, this.logarithmic, end), this.place);
    this.place.setAttribute("role", "img");
    this.place.addEventListener("pointermove", (e) => this.point(e));
    this.place.addEventListener("pointerleave", () => this.read(undefined));
    this.place.addEventListener("keydown", (e) => this.walk(e));
    this.root.addEventListener("keydown", (e) => {
      if (e.key === "Escape") close();
    });
  }

  /** Shows a curve. */
  show(curve: Curve): void {
    this.curve = curve;
    this.logarithmic.disabled = !extent([curve.values], true);
    this.draw();
  }

  /** Draws it as wide as there is room. */
  draw(): void {
    const { curve } = this;
    if (!curve) return;
    const width = Math.max(260, this.place.clientWidth || 600);
    const xs = extent([curve.steps]);
    const up = this.upwards(curve);
    if (!xs || !up) {
      fill(this.place, h("p", { class: "sd-faint" }, "No value of it is a finite number."));
      return;
    }
    const across = linear(...xs);
    this.x = (v) => LEFT + across.place(v) * (width - LEFT - RIGHT);
    this.y = (v) => TOP + (1 - up.place(v)) * (HEIGHT - TOP - BOTTOM);
    const path = svg("path", { d: pathOf(curve, this.x, this.y), class: "sd-line" });
    const odd = oddMarks(curve, this.x, TOP, HEIGHT - BOTTOM);
    const size = { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` };
    const axes = [...this.axis(up, width), ...this.steps(across, width)];
    fill(
      this.place,
      svg("svg", { ...size, "aria-hidden": "true" }, ...axes, path, ...odd, this.cursor),
    );
    this.place.setAttribute("aria-label", this.described(curve));
    this.read(this.at);
  }
  private readonly cursor = svg("g", { class: "sd-cursor" });

  private upwards(curve: Curve): Scale | undefined {
    const isLog = this.logarithmic.getAttribute("aria-pressed") === "true";
    const ys = extent([curve.values], isLog);
    if (!ys || isLog) return ys && log(...ys);
    const air = (ys[1] - ys[0]) * 0.04;
    return linear(ys[0] - air, ys[1] + air);
  }

  private turnLog(): void {
    const on = this.logarithmic.getAttribute("aria-pressed") !== "true";
    this.logarithmic.setAttribute("aria-pressed", String(on));
    this.draw();
  }

  private axis(up: Scale, width: number): SVGElement[] {
    return up.ticks(5).flatMap((tick) => {
      const y = this.y(tick);
      const label = svg("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, number(tick));
      return [svg("line", { x1: LEFT, x2: width - RIGHT, y1: y, y2: y, class: "sd-rule" }), label];
    });
  }

  private steps(across: Scale, width: number): SVGElement[] {
    const whole = across.ticks(Math.max(2, Math.floor(width / 110))).filter(Number.isInteger);
    const labels = whole.map((tick) =>
      svg("text", { x: this.x(tick), y: HEIGHT - 8, "text-anchor": "middle" }, number(tick)),
    );
    return [...labels, svg("text", { x: LEFT - 16, y: HEIGHT - 8, "text-anchor": "end" }, "step")];
  }

  private described(curve: Curve): string {
    const { values } = curve;
    const last = number(values[values.length - 1]);
    return `Curve of ${this.key}: ${curve.points} points, the last ${last}. Arrow keys read it.`;
  }

  private point(e: PointerEvent): void {
    const left = this.place.getBoundingClientRect().left;
    const { steps } = this.curve ?? { steps: new Float64Array() };
    let [best, distance] = [0, Number.POSITIVE_INFINITY];
    steps.forEach((step, i) => {
      const off = Math.abs(this.x(step) - (e.clientX - left));
      if (off < distance) [best, distance] = [i, off];
    });
    this.read(steps.length ? best : undefined);
  }

  private walk(e: KeyboardEvent): void {
    const last = (this.curve?.values.length ?? 0) - 1;
    const now = this.at ?? last;
    const pace = e.shiftKey ? Math.max(10, Math.round(last / 20)) : 1;
    const end = Number.POSITIVE_INFINITY; // which may not have come yet
    const to = { ArrowLeft: now - pace, ArrowRight: now + pace, Home: 0, End: end }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    this.read(Math.max(0, to));
  }

  /** Says the value at a point of the curve. */
  private read(place: number | undefined): void {
    const { curve } = this;
    const at = curve && place !== undefined ? Math.min(place, curve.values.length - 1) : place;
    this.at = at;
    const part = curve && curve.steps.length < curve.points;
    const among = part
      ? `${number(curve.steps.length)} of ${number(curve.points)} points, the extremes among them`
      : "";
    if (!curve || at === undefined) {
      this.reading.textContent = among;
      this.cursor.replaceChildren();
      return;
    }
    const [step, value] = [curve.steps[at] as number, curve.values[at] as number];
    this.reading.textContent = `${curve.none.has(at) ? "None" : number(value, 6)} at step ${number(step)}`;
    const [x, y] = [this.x(step), this.y(value)];
    const line = svg("line", { x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM });
    const dot = Number.isFinite(y) && svg("circle", { cx: x, cy: y, r: 3.5 });
    this.cursor.replaceChildren(line, ...(dot ? [dot] : []));
  }
}
