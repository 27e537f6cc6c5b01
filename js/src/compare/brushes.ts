/** Brushes on axes: which runs lie within, and how a brush moves. */

import type { Placed } from "./ruler";
import { PLACED } from "./runs";
import type { Brush } from "./state";

/** A part of an axis, in places from 0 to 1. */
export type Span = [number, number];

const SLACK = 1e-6; // of an axis: a value at the end of a brush is within

/** Marks the runs that lie within the brushes of every axis that has any. */
export function brushed(
  count: number,
  brushes: Record<string, Brush>,
  placed: (id: string) => Placed | undefined,
): Uint8Array<ArrayBuffer> {
  const within = new Uint8Array(count).fill(1);
  for (const [id, brush] of Object.entries(brushes)) {
    const axis = placed(id);
    if (!axis) continue;
    const spans = spansOf(axis, brush);
    for (let i = 0; i < count; i++) {
      if (!within[i]) continue;
      const p = axis.places[i] as number;
      within[i] = axis.odd[i] === PLACED && spans.some(([a, b]) => p >= a && p <= b) ? 1 : 0;
    }
  }
  return within;
}

/** Where on an axis its brush is. */
export function spansOf(axis: Placed, brush: Brush | undefined): Span[] {
  const half = 0.5 / (axis.categories?.length ?? 1);
  return (brush ?? []).map((part): Span => {
    if (typeof part !== "string")
      return [from(axis.scale.place(part[0])) - SLACK, axis.scale.place(part[1]) + SLACK];
    const at = axis.scale.place(axis.categories?.indexOf(part) ?? -1);
    return [at - half, at + half];
  });
}

/** A range that begins below a logarithmic axis begins with it. */
function from(place: number): number {
  return Number.isNaN(place) ? 0 : place;
}

/** The brush that covers parts of an axis; of categories those whose middle is covered. */
export function brushOf(axis: Placed, spans: Span[]): Brush {
  const { categories, scale } = axis;
  if (!categories)
    return joined(spans).map(
      ([a, b]): Span => [axis.valueAt(Math.max(0, a)), axis.valueAt(Math.min(1, b))],
    );
  return categories.filter((_, i) =>
    spans.some(([a, b]) => scale.place(i) >= a && scale.place(i) <= b),
  );
}

/** Spans that meet become one. */
export function joined(spans: Span[]): Span[] {
  const sorted = spans.map(([a, b]): Span => (a < b ? [a, b] : [b, a])).sort((s, t) => s[0] - t[0]);
  const result: Span[] = [];
  for (const span of sorted) {
    const last = result.at(-1);
    if (last && span[0] <= last[1] + SLACK) last[1] = Math.max(last[1], span[1]);
    else result.push(span);
  }
  return result;
}

/** A span moved by `by`, which stays whole within the axis. */
export function moved([a, b]: Span, by: number): Span {
  const shift = Math.min(1 - b, Math.max(-a, by));
  return [a + shift, b + shift];
}
