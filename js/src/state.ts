/**
 * The contract between a panel in Python and its view: what travels, and in which direction.
 *
 * Python gives state (traits, small, JSON); a view sends commands and gets answers. Nothing else
 * goes either way, so a host is whatever can do these two.
 */

/** What a host gives a view; anywidget's model is one. */
export interface Model {
  get(name: string): unknown;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
  send(content: unknown): void;
}

/** What every panel's state has; each view adds its own. */
export interface PanelState {
  /** Identity of the panel object, the same in every view of it. */
  panel: string;
  /** Identity of the store; panels of one store share a selection. */
  store: string;
  /** Changes whenever what is shown changed. */
  revision: number;
  /** A saved page: there is nobody to answer but what was recorded. */
  frozen?: boolean;
}

/** What a view sends. */
export interface Command {
  request: string;
  command: string;
  args: Record<string, unknown>;
}

/** What Python answers, with its buffers beside it. */
export interface Answer {
  request: string;
  result?: unknown;
  error?: Failure;
}

/** What Python says unasked. */
export interface Push {
  /** The ids of the runs that were selected from Python. */
  selected: string[];
}

/** A failure in words; in a text that was typed, also where. */
export interface Failure {
  message: string;
  start?: number;
  end?: number;
}

/**
 * A value of a run as it travels. `null` is "has none"; a float JSON has no word for is
 * `{ f: "NaN" }`, `{ f: "Infinity" }` or `{ f: "-Infinity" }`; a None that was logged, a list or
 * a dict is `{ v: text }`.
 */
export type Cell = number | string | boolean | null | { f: string } | { v: string };

/** The number in a cell; undefined when there is none. */
export function numberIn(cell: Cell | undefined): number | undefined {
  if (typeof cell === "number") return cell;
  if (typeof cell === "object" && cell !== null && "f" in cell) return Number(cell.f);
  return undefined;
}

/** Columns of many runs, each with its numbers in a buffer of its own. */
export interface ColumnsHeader {
  length: number;
  columns: ColumnHeader[];
}

export interface ColumnHeader {
  id: string;
  /** "float" is Float64Array; "code" is Int32Array into `categories`, -1 for none. */
  encoding: "float" | "code";
  categories?: string[];
}

export type ColumnData = { values: Float64Array } | { codes: Int32Array; categories: string[] };

/** Puts a header and its buffers together again. */
export function columnsOf(header: ColumnsHeader, buffers: DataView[]): Map<string, ColumnData> {
  const found = new Map<string, ColumnData>();
  header.columns.forEach(({ id, encoding, categories = [] }, i) => {
    const view = buffers[i] as DataView;
    found.set(
      id,
      encoding === "float"
        ? { values: floats(view) }
        : { codes: new Int32Array(aligned(view)), categories },
    );
  });
  return found;
}

/** The numbers of a buffer. */
export function floats(view: DataView | undefined): Float64Array<ArrayBuffer> {
  return view ? new Float64Array(aligned(view)) : new Float64Array();
}

/** A copy is aligned, which a view into a message need not be. */
function aligned({ buffer, byteOffset, byteLength }: DataView): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
