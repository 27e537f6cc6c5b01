/** What the run table shows, as Python says it, and the lines that pages of it are made of. */

import type { Cell, PanelState } from "../state";

export type Summary = "last" | "best" | "min" | "max";

export interface Column {
  /** Like `metrics.rmse`, `params.alpha`, `tags.team`, or an attribute like `duration`. */
  id: string;
  label: string;
  kind: "metric" | "param" | "tag" | "attribute";
  type: "number" | "text" | "time" | "duration" | "status" | "name";
  pinned: boolean;
  /** Pixels; 0 is as wide as what is in it. */
  width: number;
  /** Of a metric's points, which is shown. */
  summary: Summary | null;
  better: "less" | "more" | null;
  /** The least and greatest finite number. */
  range: [number, number] | null;
  /** Decimals that suit the whole column; null is each number's own. */
  decimals: number | null;
  colour: boolean;
  spark: boolean;
}

export interface SortTerm {
  column: string;
  descending: boolean;
}

export interface RunLine {
  id: string;
  status: string;
  /** How far below a group or a parent it stands. */
  depth: number;
  /** How many runs it is the parent of. */
  children: number;
  open: boolean;
  /** In the order of the state's columns. */
  cells: Cell[];
  /** Of a running run: when it began, in milliseconds, and how far it is. */
  start?: number;
  progress?: [number, number | null];
}

/** Mean and standard deviation of a metric over a group. */
export type Spread = [Cell, Cell];

export interface GroupLine {
  group: number;
  label: Cell;
  count: number;
  open: boolean;
  cells: (Spread | null)[];
}

export type Line = RunLine | GroupLine;

export interface TableState extends PanelState {
  experiment: string;
  filter: string;
  /** Why what is shown is not the newest, in words. */
  trouble: string | null;
  sort: SortTerm[];
  group: string | null;
  groupable: { id: string; label: string }[];
  columns: Column[];
  count: { matching: number; total: number; deleted: number; constant: number };
  /** Whether the columns that are the same in all runs are shown. */
  constants: boolean;
  /** Whether it shows the deleted runs. */
  trash: boolean;
  baseline: { id: string; name: string; cells: Cell[] } | null;
  /** Lines of the whole table: runs, groups, and what is open below them. */
  lines: number;
  first: Line[];
  /** Lines of which a saved page has a record. */
  recorded: number;
  /** Whether the host can open other panels below this one. */
  opens: boolean;
}

export function isGroup(line: Line): line is GroupLine {
  return "group" in line;
}

/** How many lines can be shown: all, but in a saved page those that were saved. */
export function linesOf(state: TableState): number {
  return state.frozen ? Math.min(state.lines, state.recorded) : state.lines;
}
