/** The histories of a metric, of the runs whose curves are drawn; asked for as they are needed. */

import { floats } from "../state";
import { asker } from "./answers";
import type { Comparison } from "./comparison";
import type { Placed } from "./ruler";
import { NONE, PLACED } from "./runs";
import { smoothed } from "./smoothing";
import type { CurveHeader, CurvesAnswer } from "./state";

const MOST = 100; // runs whose curves are drawn

export interface Curve extends CurveHeader {
  run: number;
  xs: Float64Array;
  ys: Float64Array;
  smooth: Float64Array;
}

export interface Histories {
  curves: Curve[];
  /** How many runs have the metric. */
  total: number;
  failed: string;
  /** Gets what is lacking, or takes what is there. */
  get(): void;
  smooth(weight: number): void;
}

/** `changed` is called when other curves are to be drawn. */
export function histories(comparison: Comparison, changed: () => void): Histories {
  let known = new Map<string, Curve | null>();
  let about = "";
  let wanted: string[] = [];
  const take = (): void => {
    found.curves = wanted.flatMap((id) => known.get(id) ?? []);
    changed();
  };
  const ask = asker<CurvesAnswer>(
    comparison,
    "curves",
    ({ result, buffers }) => {
      found.failed = "";
      for (const id of wanted) if (!known.has(id)) known.set(id, null);
      result.curves.forEach((header, k) => {
        const run = comparison.runs.place(header.id);
        const [xs, ys] = [floats(buffers[2 * k]), floats(buffers[2 * k + 1])];
        if (run !== undefined) known.set(header.id, { ...header, run, xs, ys, smooth: ys });
      });
      take();
    },
    (message) => {
      found.failed = message;
      changed();
    },
  );
  const found: Histories = {
    curves: [],
    total: 0,
    failed: "",
    get() {
      const { metric, x } = comparison.view.curves;
      const now = JSON.stringify([metric, x, comparison.panel.state.data]);
      if (now !== about) known = new Map();
      about = now;
      const runs = metric ? best(comparison, comparison.placed(metric)) : [];
      found.total = runs.length;
      wanted = runs.slice(0, MOST).map((run) => comparison.runs.ids[run] as string);
      const ids = wanted.filter((id) => !known.has(id));
      if (ids.length) void ask({ ids: comparison.frozen ? null : ids, metric, x });
      else take();
    },
    smooth(weight) {
      for (const curve of found.curves)
        curve.smooth = weight ? smoothed(curve.ys, weight) : curve.ys;
    },
  };
  return found;
}

/** The runs that have a metric: the selected ones, then the best. */
function best({ runs, selected }: Comparison, axis: Placed | undefined): number[] {
  const better = axis?.axis.better;
  const sign = better === "more" ? -1 : better ? 1 : 0;
  const rank = (i: number): number =>
    axis && axis.odd[i] === PLACED ? sign * (axis.places[i] as number) : 2;
  const chosen = (i: number): number => selected[i] as number;
  return [...runs.ids.keys()]
    .filter((i) => axis?.odd[i] !== NONE)
    .sort((a, b) => chosen(b) - chosen(a) || rank(a) - rank(b) || a - b);
}
