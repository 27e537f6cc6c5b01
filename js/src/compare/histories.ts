/** The histories of a metric, of the runs whose curves are drawn; asked for as they are needed. */

import { floats, withLatest } from "./answers";
import type { Comparison } from "./comparison";
import type { Placed } from "./ruler";
import { PLACED } from "./runs";
import { smoothed } from "./smoothing";
import type { CurveHeader, CurvesAnswer } from "./state";

export const MOST = 100; // runs whose curves are drawn

export interface Curve extends CurveHeader {
  run: number;
  xs: Float64Array;
  ys: Float64Array;
  smooth: Float64Array;
}

export class Histories {
  /** In the order they were wanted. */
  curves: Curve[] = [];
  /** How many runs have the metric. */
  total = 0;
  failed = "";
  private known = new Map<string, Curve | null>();
  private about = "";
  private readonly latest = withLatest();

  constructor(private readonly comparison: Comparison) {}

  /** Gets what is lacking; resolves to whether anything came. */
  async get(): Promise<boolean> {
    const { metric, x } = this.comparison.view.curves;
    const about = JSON.stringify([metric, x, this.comparison.panel.state.data]);
    if (about !== this.about) this.known = new Map();
    this.about = about;
    if (!metric) return false;
    const wanted = this.wanted(metric);
    const ids = wanted.filter((id) => !this.known.has(id));
    if (ids.length) await this.ask(ids, metric, x);
    if (about !== this.about) return false;
    this.curves = wanted.flatMap((id) => this.known.get(id) ?? []);
    return ids.length > 0;
  }

  /** Smooths all of them anew. */
  smooth(weight: number): void {
    for (const curve of this.curves) curve.smooth = weight ? smoothed(curve.ys, weight) : curve.ys;
  }

  private async ask(ids: string[], metric: string, x: string): Promise<void> {
    const { comparison } = this;
    const args = { ids: comparison.frozen ? null : ids, metric, x };
    await this.latest(
      comparison.panel.ask<CurvesAnswer>("curves", args),
      ({ result, buffers }) => {
        this.failed = "";
        for (const id of ids) this.known.set(id, null);
        result.curves.forEach((header, k) => {
          this.take(header, buffers[2 * k], buffers[2 * k + 1]);
        });
      },
      (message) => {
        this.failed = message;
      },
    );
  }

  private take(header: CurveHeader, x: DataView | undefined, y: DataView | undefined): void {
    const run = this.comparison.runs.place(header.id);
    const ys = floats(y);
    if (run !== undefined)
      this.known.set(header.id, { ...header, run, xs: floats(x), ys, smooth: ys });
  }

  /** The selected runs, then the best, as many as are drawn. */
  private wanted(metric: string): string[] {
    const { comparison } = this;
    const axis = comparison.placed(metric);
    const runs = [...comparison.runs.ids.keys()].filter((i) => !axis || axis.odd[i] !== 1);
    this.total = runs.length;
    const { selected } = comparison;
    const rank = axis ? ranks(axis) : (): number => 0;
    runs.sort(
      (a, b) => (selected[b] as number) - (selected[a] as number) || rank(a) - rank(b) || a - b,
    );
    return runs.slice(0, MOST).map((i) => comparison.runs.ids[i] as string);
  }
}

/** Lower for better runs; those without a number come last. */
function ranks(axis: Placed): (run: number) => number {
  const sign = axis.axis.better === "more" ? -1 : axis.axis.better ? 1 : 0;
  return (run) => (axis.odd[run] === PLACED ? sign * (axis.places[run] as number) : 2);
}
