/** Where the parallel axes stand, and where on them the runs are. */

import type { Placed } from "./ruler";
import { LOW, MINUS, NAN, NONE, PLUS } from "./runs";

const TOP = 12;
const SLOT = 17; // pixels of a place for what is no number
const LEFT = [84, 190] as const; // pixels for the marks of the first axis, at least and at most
const LETTER = 6.4;
const RIGHT = 52;
const NARROWEST = 84; // pixels between two axes, below which one scrolls
const BELOW = [NONE, NAN, LOW, MINUS];

export interface Lane {
  axis: Placed;
  flipped: boolean;
}

export class Lanes {
  readonly width: number;
  readonly gap: number;
  readonly xs: Float32Array;
  readonly top: number;
  readonly left: number;
  readonly #slots: number[];

  constructor(
    readonly lanes: Lane[],
    available: number,
    readonly height: number,
  ) {
    const between = Math.max(1, lanes.length - 1);
    const longest = Math.max(0, ...(lanes[0]?.axis.categories ?? []).map((text) => text.length));
    this.left = Math.min(LEFT[1], available / 3, Math.max(LEFT[0], longest * LETTER + 16));
    this.width = Math.max(available, this.left + RIGHT + between * NARROWEST);
    this.gap = (this.width - this.left - RIGHT) / between;
    this.xs = Float32Array.from(lanes, (_, k) => this.left + k * this.gap);
    this.#slots = BELOW.filter((kind) => lanes.some(({ axis }) => axis.odd.includes(kind)));
    this.top = TOP + (lanes.some(({ axis }) => axis.odd.includes(PLUS)) ? SLOT : 0);
  }

  /** Pixels from the top to below everything. */
  get bottom(): number {
    return this.top + this.height + 8 + this.#slots.length * SLOT + 4;
  }

  /** How high a place of an axis is drawn. */
  y(place: number, flipped: boolean): number {
    return this.top + (flipped ? place : 1 - place) * this.height;
  }

  /** The place on an axis at a height, within its ends. */
  placeAt(y: number, flipped: boolean): number {
    const down = Math.min(1, Math.max(0, (y - this.top) / this.height));
    return flipped ? down : 1 - down;
  }

  /** How high what is no number is drawn. */
  slot(kind: number): number {
    if (kind === PLUS) return this.top - SLOT;
    return this.top + this.height + 8 + (this.#slots.indexOf(kind) + 0.5) * SLOT;
  }

  /** How high every run is on every axis: run by run, axis by axis. */
  heights(count: number): Float32Array {
    const { length } = this.lanes;
    const ys = new Float32Array(count * length);
    this.lanes.forEach(({ axis, flipped }, k) => {
      for (let i = 0; i < count; i++) {
        const kind = axis.odd[i] as number;
        ys[i * length + k] = kind ? this.slot(kind) : this.y(axis.places[i] as number, flipped);
      }
    });
    return ys;
  }

  /** The lane nearest to `x`. */
  laneAt(x: number): number {
    return Math.min(this.lanes.length - 1, Math.max(0, Math.round((x - this.left) / this.gap)));
  }
}

/** The run whose line is nearest to a point, among those that `counts`; -1 when none is near. */
export function nearestLine(
  { xs }: Lanes,
  ys: Float32Array,
  [x, y]: [number, number],
  counts: (run: number) => boolean,
): number {
  const last = xs.length - 1;
  const k = xs.findIndex((to, i) => i > 0 && x <= to) - 1;
  const left = k >= 0 ? k : x < (xs[0] as number) ? 0 : last - 1;
  if (left < 0) return -1;
  const [from, to] = [xs[left] as number, xs[left + 1] as number];
  const share = Math.min(1, Math.max(0, (x - from) / (to - from)));
  let [found, best] = [-1, 10];
  for (let i = 0, at = left; at < ys.length; i++, at += xs.length) {
    const height = (ys[at] as number) * (1 - share) + (ys[at + 1] as number) * share;
    const away = Math.abs(height - y);
    if (away < best && counts(i)) [found, best] = [i, away];
  }
  return found;
}
