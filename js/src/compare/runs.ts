/** The runs that are compared, column by column. */

import type { ColumnData } from "../state";

/** What a run has on an axis in place of a number that can be placed. */
export const ODD = ["", "none", "NaN", "−∞", "≤ 0", "∞"] as const;
export const [PLACED, NONE, NAN, MINUS, LOW, PLUS] = [0, 1, 2, 3, 4, 5] as const;

export interface Column {
  /** Numbers, or places in `categories`. */
  values: Float64Array;
  /** What stands in place of a number, as places in `ODD`. */
  odd: Uint8Array;
  categories?: string[];
}

export class Runs {
  readonly ids: string[];
  readonly names: string[];
  readonly #places: Map<string, number>;
  readonly #columns = new Map<string, Column | undefined>();

  readonly #data: Map<string, ColumnData>;

  constructor(data: Map<string, ColumnData>) {
    this.#data = data;
    this.ids = texts(data.get("run_id"));
    this.names = texts(data.get("name"));
    this.#places = new Map(this.ids.map((id, i) => [id, i]));
  }

  get length(): number {
    return this.ids.length;
  }

  column(id: string | null): Column | undefined {
    if (id === null) return undefined;
    if (!this.#columns.has(id)) this.#columns.set(id, this.#made(id));
    return this.#columns.get(id);
  }

  #made(id: string): Column | undefined {
    const data = this.#data.get(id);
    if (!data) return undefined;
    return "codes" in data ? coded(data) : numeric(data.values, this.#data.get(`${id}?`));
  }

  place(id: string): number | undefined {
    return this.#places.get(id);
  }

  /** The name of a run, or the beginning of its id. */
  name(i: number): string {
    return this.names[i] || (this.ids[i] ?? "").slice(0, 8);
  }
}

function texts(column: ColumnData | undefined): string[] {
  if (!column || !("codes" in column)) return [];
  return Array.from(column.codes, (code) => column.categories[code] ?? "");
}

function numeric(values: Float64Array, kinds: ColumnData | undefined): Column {
  const told = kinds && "values" in kinds ? kinds.values : undefined;
  const odd = Uint8Array.from(values, (v, i) => {
    const kind = told?.[i];
    if (v === Number.POSITIVE_INFINITY || kind === 2) return PLUS;
    if (v === Number.NEGATIVE_INFINITY || kind === 3) return MINUS;
    if (kind === 1) return NAN;
    return Number.isNaN(v) ? NONE : PLACED;
  });
  return { values, odd };
}

function coded({ codes, categories }: { codes: Int32Array; categories: string[] }): Column {
  return {
    values: Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : code)),
    odd: Uint8Array.from(codes, (code) => (code < 0 ? NONE : PLACED)),
    categories,
  };
}
