/** What Python tells of a run; see `run_json.py`. */

import type { Panel } from "../panel";
import type { Cell, PanelState } from "../state";

/** Name, value in a line, type, and whether the line leaves something out. */
export type Pair = [key: string, text: string, type: string, cut: boolean];

/** Name, points, last, its step, min, its step, max, its step, whether less is better. */
export type MetricRow = [
  key: string,
  points: number,
  last: Cell,
  lastStep: number,
  min: Cell,
  minStep: number | null,
  max: Cell,
  maxStep: number | null,
  less: boolean | null,
];

/** Path and bytes. */
export type FileRow = [path: string, size: number];

export interface Rows<T> {
  rows: T[];
  total: number;
}

export interface About {
  id: string;
  name: string;
  status: "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
  deleted: boolean;
  error: string | null;
  started: number;
  duration: number | null;
  author: string;
  host: string;
  commit: string;
  dirty: boolean;
  notebook: string | null;
  cell: string | null;
  from: string;
  experiment: string;
  attempt: number | null;
  attempts: number;
  previous: string | null;
  next: string | null;
  parent: [id: string, name: string] | null;
}

export interface RunState extends PanelState {
  run: About;
  params: Rows<Pair>;
  tags: Rows<Pair>;
  metrics: Rows<MetricRow>;
  files: Rows<FileRow>;
  note: { text: string; cut: boolean };
  source: boolean;
  /** Name of the parent whose cell it is, when the run has none of its own. */
  source_of: string | null;
  environment: { python: string; platform: string; packages: number } | null;
  elapsed: number | null;
  folded: string[];
  metric: string | null;
  path: string | null;
  trouble: string | null;
}

export type RunPanel = Panel<RunState>;

/** Draws a part of the state now and whenever that part changes, not for a change elsewhere. */
export function showing<T>(
  panel: RunPanel,
  part: (state: RunState) => T,
  draw: (value: T) => void,
): void {
  let before: string | undefined;
  const look = (): void => {
    const value = part(panel.state);
    const now = JSON.stringify(value);
    if (now === before) return;
    before = now;
    draw(value);
  };
  panel.on("state", look);
  look();
}

/** What a value without a number is called. */
export function words(value: Cell): string {
  return value !== null && typeof value === "object" && "v" in value ? value.v : "–";
}
