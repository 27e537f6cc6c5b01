/** What a card shows of a tracked cell that is running; `panels/live_card.py` writes it. */

import type { Cell, PanelState } from "../state";

export interface CardState extends PanelState {
  name: string;
  status: string;
  experiment: string;
  /** Null until it is known. */
  attempt: number | null;
  /** Seconds since the run began, when this was sent. */
  elapsed: number;
  params: [key: string, value: string][];
  moreParams: number;
  /** Loops under way, the outer ones first. */
  bars: Bar[];
  metrics: Metric[];
  moreMetrics: number;
  inside: Inside | null;
}

export interface Bar {
  label: string;
  done: Cell;
  total: Cell;
  /** Seconds yet to come; null when that cannot be said. */
  left: number | null;
}

export interface Metric {
  key: string;
  last: Cell;
  count: number;
  /** Points that are missing, NaN or infinite. */
  odd: number;
  /** Null where it is not known which way is better. */
  best: { value: number; step: number } | null;
  curve: Curve | null;
}

/** A line in a box of 1000 × 1000, and what the sides of the box stand for. */
export interface Curve {
  line: string;
  left: number;
  right: number;
  low: number;
  high: number;
}

/** The runs begun inside this one. */
export interface Inside {
  ended: number;
  open: number;
  broken: number;
  /** Name of the one that was begun last, while it runs. */
  now: string | null;
  best: { key: string; value: number; run: string; curve: Curve | null }[];
}
