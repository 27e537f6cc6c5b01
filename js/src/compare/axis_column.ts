/** One of the parallel axes: its head, its marks, and the brushes on it. */

import { fill, h } from "../dom";
import { brushOf, joined, moved, type Span, spansOf } from "./brushes";
import type { Comparison } from "./comparison";
import type { Lane, Lanes } from "./lanes";
import { ODD } from "./runs";
import type { Brush } from "./state";

const REACH = 16; // pixels beside the axis where a press brushes it
const GRIP = 6; // pixels at a brush's end that move the end alone
const MOVED = 3; // pixels after which a press is a drag
const STEP = 0.05; // of the axis, by an arrow key
const MARK = 15; // pixels that a category's label needs
const KEYS =
  "Up and down move the brush, with Shift its end; Escape takes it away. F flips, L is logarithmic, C colours, Delete removes, Alt with left or right moves the axis.";

/** What an axis asks of the plot it stands in. */
export interface Host {
  comparison: Comparison;
  flip(id: string): void;
  log(id: string): void;
  colour(id: string): void;
  remove(id: string): void;
  /** By so many places to the right. */
  shift(id: string, by: number): void;
  /** To below the pointer; undefined when it is let go. */
  drag(id: string, clientX: number | undefined): void;
  focus(id: string, by: number): void;
}

interface Drag {
  from: number;
  span: number;
  spans: Span[];
  /** Which part of the span follows the pointer. */
  part: "low" | "high" | "both" | "new";
  moved: boolean;
  before: Span;
}

export class AxisColumn {
  readonly element: HTMLElement;
  private readonly name: HTMLButtonElement;
  private readonly logButton: HTMLButtonElement;
  private readonly rail = h("div", { class: "sd-rail" });
  private readonly marks = h("div", { class: "sd-axis-marks" });
  private readonly brushes = h("div", { class: "sd-axis-brushes" });
  private readonly field: HTMLElement;
  private lanes: Lanes | undefined;
  private lane: Lane | undefined;
  private drag: Drag | undefined;

  constructor(
    readonly id: string,
    private readonly host: Host,
  ) {
    this.name = h("button", {
      type: "button",
      class: "sd-axis-name",
      tabIndex: -1,
      ondblclick: () => host.flip(id),
    });
    const tool = (text: string, title: string, act: () => void): HTMLButtonElement =>
      h("button", { type: "button", class: "sd-plain", tabIndex: -1, title, onclick: act }, text);
    this.logButton = tool("log", "Logarithmic (L)", () => host.log(id));
    const tools = [
      tool("⇅", "Flip (F)", () => host.flip(id)),
      this.logButton,
      tool("×", "Remove this axis (Delete)", () => host.remove(id)),
    ];
    this.field = h("div", { class: "sd-axis-field" }, this.rail, this.brushes, this.marks);
    const head = h(
      "div",
      { class: "sd-axis-head" },
      this.name,
      h("div", { class: "sd-tools" }, ...tools),
    );
    this.element = h(
      "div",
      {
        class: "sd-axis",
        role: "group",
        tabIndex: 0,
        "aria-description": KEYS,
        onkeydown: (e: KeyboardEvent) => this.key(e),
      },
      head,
      this.field,
    );
    this.listen();
  }

  /** Stands in a lane. */
  show(lanes: Lanes, k: number): void {
    const lane = lanes.lanes[k] as Lane;
    [this.lanes, this.lane] = [lanes, lane];
    const { axis } = lane;
    const { label, better, kind } = axis.axis;
    const arrow = better ? (better === "less" ? " ↓" : " ↑") : "";
    fill(this.name, h("span", {}, label), arrow);
    this.name.title = `${label} (${kind}${better ? `, ${better} is better` : ""}). Drag to move, double click to flip.`;
    this.name.className = `sd-axis-name sd-kind-${kind}`;
    this.logButton.hidden = axis.axis.type !== "number";
    this.logButton.setAttribute("aria-pressed", String(axis.log));
    const x = lanes.xs[k] as number;
    this.element.style.cssText = `left:${x - lanes.gap / 2}px;width:${lanes.gap}px`;
    this.element.style.setProperty("--sd-room", `${(k ? lanes.gap : lanes.left) - 14}px`);
    this.field.style.height = `${lanes.bottom}px`;
    this.rail.style.cssText = `top:${lanes.top}px;height:${lanes.height}px`;
    this.showMarks();
    this.showBrush();
  }

  showBrush(): void {
    const { lane, lanes } = this;
    if (!lane || !lanes) return;
    const spans = this.drag?.spans ?? this.spans();
    this.brushes.replaceChildren(
      ...spans.map(([a, b]) => {
        const ends = [lanes.y(a, lane.flipped), lanes.y(b, lane.flipped)];
        const top = Math.min(...ends);
        return h("div", { style: `top:${top}px;height:${Math.max(3, Math.max(...ends) - top)}px` });
      }),
    );
    this.element.ariaLabel = this.words();
  }

  private words(): string {
    const { axis, flipped } = this.lane as Lane;
    const { axis: about, categories } = axis;
    const range = categories
      ? `${categories.length} categories`
      : `${axis.format(axis.valueAt(0))} to ${axis.format(axis.valueAt(1))}`;
    const brush = this.brush.map((part) =>
      typeof part === "string" ? part : `${axis.format(part[0])} to ${axis.format(part[1])}`,
    );
    const parts = [about.kind, range, axis.log && "logarithmic", flipped && "flipped"];
    if (brush.length) parts.push(`brushed ${brush.join(" and ")}`);
    return `${about.label}: ${parts.filter(Boolean).join(", ")}`;
  }

  private get brush(): Brush {
    return this.host.comparison.view.parallel.brushes[this.id] ?? [];
  }

  private spans(): Span[] {
    return this.lane ? spansOf(this.lane.axis, this.brush) : [];
  }

  // --- marks -------------------------------------------------------------------------------

  private showMarks(): void {
    const [lanes, { axis, flipped }] = [this.lanes as Lanes, this.lane as Lane];
    const marks = axis.marks(Math.floor(lanes.height / (axis.categories ? MARK : 48)));
    const written = marks.map(({ place, text, whole }) => {
      const style = `top:${lanes.y(place, flipped)}px`;
      if (!axis.categories) return h("span", { class: "sd-mark", style, title: whole }, text);
      const act = (): void => this.toggle(whole);
      return h("span", { class: "sd-mark sd-category", style, title: whole, onclick: act }, text);
    });
    const { odd } = axis;
    const slots = ODD.map((text, kind) => {
      if (!kind || !odd.includes(kind)) return null;
      const runs = [...odd.keys()].filter((i) => odd[i] === kind);
      const title = `${text}: ${runs.length} runs. Click to select them.`;
      const act = (): void => this.host.comparison.select(runs);
      return h(
        "button",
        {
          type: "button",
          tabIndex: -1,
          class: "sd-mark sd-odd",
          style: `top:${lanes.slot(kind)}px`,
          title,
          onclick: act,
        },
        text,
      );
    });
    fill(this.marks, ...written, ...slots);
  }

  /** Takes a category into the brush or out of it. */
  private toggle(text: string): void {
    const brush = this.brush as string[];
    const others = brush.filter((t) => t !== text);
    this.host.comparison.brush(this.id, others.length < brush.length ? others : [...brush, text]);
  }

  // --- pointer -----------------------------------------------------------------------------

  private listen(): void {
    const { field } = this;
    field.addEventListener("pointerdown", (e) => this.press(e));
    field.addEventListener("pointermove", (e) => this.move(e));
    field.addEventListener("pointerup", () => this.release());
    field.addEventListener("pointercancel", () => this.release());
    let from: number | undefined;
    const { name, host, id } = this;
    name.addEventListener("pointerdown", (e) => {
      from = e.clientX;
      name.setPointerCapture(e.pointerId);
    });
    name.addEventListener("pointermove", (e) => {
      if (
        from === undefined ||
        (!this.element.classList.contains("sd-dragged") && Math.abs(e.clientX - from) < MOVED)
      )
        return;
      this.element.classList.add("sd-dragged");
      host.drag(id, e.clientX);
    });
    for (const end of ["pointerup", "pointercancel"])
      name.addEventListener(end, () => {
        from = undefined;
        this.element.classList.remove("sd-dragged");
        host.drag(id, undefined);
      });
  }

  /** Whether an event means the axis rather than the lines beside it. */
  private means(event: PointerEvent): boolean {
    const { left, width } = this.field.getBoundingClientRect();
    return Math.abs(event.clientX - left - width / 2) <= REACH;
  }

  private heightOf(event: PointerEvent): number {
    return event.clientY - this.field.getBoundingClientRect().top;
  }

  private press(event: PointerEvent): void {
    const { lanes, lane } = this;
    if (!lanes || !lane || event.button !== 0 || !this.means(event)) return;
    const onMark = (event.target as Element).closest(".sd-category,.sd-odd");
    if (onMark) return;
    event.stopPropagation();
    this.field.setPointerCapture(event.pointerId);
    const from = lanes.placeAt(this.heightOf(event), lane.flipped);
    const grip = GRIP / lanes.height;
    const spans = this.spans();
    let span = spans.findIndex(([a, b]) => from >= a - grip && from <= b + grip);
    let part: Drag["part"] = "new";
    if (span < 0) span = spans.push([from, from]) - 1;
    else {
      const [a, b] = spans[span] as Span;
      const ends = !lane.axis.categories && b - a > 3 * grip;
      part = ends && from < a + grip ? "low" : ends && from > b - grip ? "high" : "both";
    }
    this.drag = { from, span, spans, part, moved: false, before: spans[span] as Span };
    this.element.focus({ preventScroll: true });
  }

  private move(event: PointerEvent): void {
    const { lanes, lane, drag } = this;
    if (lanes && lane) this.field.classList.toggle("sd-brushable", this.means(event));
    if (!drag || !lanes || !lane) return;
    event.stopPropagation();
    const at = lanes.placeAt(this.heightOf(event), lane.flipped);
    if (!drag.moved && Math.abs(at - drag.from) * lanes.height < MOVED) return;
    drag.moved = true;
    const [a, b] = drag.before;
    const now: Span =
      drag.part === "both"
        ? moved(drag.before, at - drag.from)
        : drag.part === "low"
          ? [at, b]
          : drag.part === "high"
            ? [a, at]
            : [drag.from, at];
    drag.spans[drag.span] = now[0] < now[1] ? now : [now[1], now[0]];
    this.host.comparison.brush(this.id, brushOf(lane.axis, drag.spans));
  }

  private release(): void {
    const { drag } = this;
    this.drag = undefined;
    if (!drag) return;
    if (!drag.moved) this.host.comparison.brush(this.id, []);
    this.showBrush();
  }

  // --- keyboard ----------------------------------------------------------------------------

  private key(event: KeyboardEvent): void {
    const { host, id } = this;
    if (event.target !== this.element || event.ctrlKey || event.metaKey) return;
    const sideways = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    const upwards = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (upwards) this.nudge(upwards, event.shiftKey);
    else if (sideways && event.altKey) host.shift(id, sideways);
    else if (sideways) host.focus(id, sideways);
    else if (event.key === "Escape") host.comparison.brush(id, []);
    else if (event.key === "Delete") host.remove(id);
    else if (event.key === "f") host.flip(id);
    else if (event.key === "l") host.log(id);
    else if (event.key === "c") host.colour(id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the last brush, or its end; makes one where there is none. */
  private nudge(upwards: number, end: boolean): void {
    if (!this.lane) return;
    const { axis, flipped } = this.lane;
    const step = axis.categories ? 1 / axis.categories.length : STEP;
    const by = step * (flipped ? -upwards : upwards);
    const spans = joined(this.spans());
    const last = spans.pop();
    if (!last) spans.push(axis.categories ? [0, step] : [0.4, 0.6]);
    else spans.push(end ? stretched(last, by, step) : moved(last, by));
    this.host.comparison.brush(this.id, brushOf(axis, spans));
  }
}

function stretched([a, b]: Span, by: number, least: number): Span {
  return [a, Math.min(1, Math.max(a + least, b + by))];
}
