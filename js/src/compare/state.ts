/** What the compare panel's two ends tell each other; `panels/compare.py` is the other one. */

import type { Cell, PanelState } from "../state";

export interface Axis {
  /** `params.alpha`, `metrics.rmse`, `tags.x`, `duration`, … */
  id: string;
  label: string;
  kind: "param" | "metric" | "tag" | "attribute";
  type: "number" | "text" | "time";
  varies: boolean;
  /** A logarithm is suggested: all above zero, over two powers of ten or more. */
  log: boolean;
  better: "less" | "more" | null;
  /** How many runs have it. */
  count: number;
}

/** What is brushed on an axis: ranges of numbers, or categories. */
export type Brush = [number, number][] | string[];

export interface View {
  parallel: {
    axes: string[];
    flipped: string[];
    log: string[];
    colour: string | null;
    brushes: Record<string, Brush>;
  };
  scatter: {
    x: string | null;
    y: string | null;
    colour: string | null;
    size: string | null;
    logX: boolean;
    logY: boolean;
    pareto: boolean;
  };
  contour: { x: string | null; y: string | null; z: string | null };
  curves: { metric: string | null; x: string; smooth: number; logX: boolean; logY: boolean };
  importance: { metric: string | null };
  /** Sections that are folded away. */
  closed: string[];
}

export interface CompareState extends PanelState {
  title: string;
  filter: string;
  /** Runs that match, and how many of them are compared. */
  total: number;
  shown: number;
  /** Narrowed to what was selected. */
  kept: boolean;
  /** Changes when the answers of `data`, `contour`, `curves` or `importance` may have. */
  data: number;
  axes: Axis[];
  axes_hidden: number;
  /** Why the store could not be read anew; else empty. */
  trouble: string;
  view: View;
}

export interface ContourAnswer {
  nx: number;
  ny: number;
  x: [number, number] | string[];
  y: [number, number] | string[];
  z: [number, number] | null;
  logX: boolean;
  logY: boolean;
  runs: number;
  left_out: Record<string, number>;
}

export interface CurvesAnswer {
  curves: CurveHeader[];
  missing: number;
}

export interface CurveHeader {
  id: string;
  name: string;
  count: number;
  kept: number;
  odd: [number, "NaN" | "Infinity" | "-Infinity"][];
}

export interface ImportanceAnswer {
  method: string;
  runs: number;
  params: { id: string; label: string; importance: number; direction: number | null }[];
  left_out: number;
  note: string;
}

export interface DifferencesAnswer {
  runs: { id: string; name: string }[];
  sections: { title: string; rows: { key: string; cells: Cell[] }[]; same: number }[];
  /** A unified diff: marks are " ", "+", "-", and "@" for a heading. */
  source: { same: boolean; lines: [string, string][]; between: [string, string] } | null;
}
