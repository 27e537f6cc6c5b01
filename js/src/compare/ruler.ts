/** An axis with its scale: where the runs lie on it and what is written beside it. */

import { duration, line, moment, number } from "../format";
import {
  blank,
  categories as categorical,
  extent,
  linear,
  log as logarithmic,
  type Scale,
} from "../scales";
import { type Column, LOW, ODD, PLACED } from "./runs";
import type { Axis } from "./state";

export interface Mark {
  place: number;
  /** Written beside it; may be cut. */
  text: string;
  whole: string;
}

/** A scale that can be written on. */
export interface Ruler {
  label: string;
  scale: Scale;
  log: boolean;
  categories?: string[] | undefined;
  /** About `count` marks; of categories all, or as many as fit. */
  marks(count: number): Mark[];
}

/** An axis and where each run lies on it. */
export interface Placed extends Ruler {
  axis: Axis;
  /** 0…1, NaN where `odd` says what is there instead. */
  places: Float32Array;
  /** As places in `ODD`. */
  odd: Uint8Array;
  /** The value at a place, never beyond the ends; NaN when no run has a number. */
  valueAt(place: number): number;
  format(value: number): string;
  /** What a run has here. */
  text(run: number): string;
}

/** Puts the runs on an axis. */
export function placed(axis: Axis, column: Column, log: boolean): Placed {
  const { values, categories } = column;
  const odd = log
    ? column.odd.map((o, i) => o || ((values[i] as number) > 0 ? 0 : LOW))
    : column.odd;
  const [low, high] = extent([values], log) ?? [Number.NaN, Number.NaN];
  const scale = categories ? categorical(categories.length) : scaleOver([values], log);
  const format = categories ? (v: number) => categories[v] ?? "" : formatOf(axis);
  return {
    ...ruler(axis.label, scale, log, axis, categories),
    axis,
    places: Float32Array.from(values, (v, i) => (odd[i] === PLACED ? scale.place(v) : Number.NaN)),
    odd: odd as Uint8Array,
    valueAt: (p) => (categories ? scale.value(p) : p <= 0 ? low : p >= 1 ? high : scale.value(p)),
    format,
    text: (i) => {
      const kind = column.odd[i] ?? 0;
      return kind === PLACED ? format(values[i] as number) : (ODD[kind] ?? "");
    },
  };
}

/** A scale as long as the numbers need. */
export function scaleOver(arrays: Float64Array[], log: boolean): Scale {
  const found = extent(arrays, log);
  return found ? (log ? logarithmic : linear)(...found) : blank;
}

/** Makes what is written beside a scale. */
export function ruler(
  label: string,
  scale: Scale,
  log: boolean,
  axis: Pick<Axis, "id" | "type">,
  categories?: string[],
): Ruler {
  const marks = (count: number): Mark[] => {
    if (categories) return categoryMarks(scale, categories, count);
    const values = ticksOf(axis, scale, count);
    const long = formatOf(axis);
    const short = axis.type === "time" ? timeFormat(values) : evenly(values.map(long), log);
    return values.map((v, i) => ({ place: scale.place(v), text: short[i] ?? "", whole: long(v) }));
  };
  return { label, scale, log, categories, marks };
}

function ticksOf({ id, type }: Pick<Axis, "id" | "type">, scale: Scale, count: number): number[] {
  if (type === "time" && scale !== blank) return timeTicks(scale, count);
  const ticks = scale.ticks(count);
  return id === "step" ? ticks.filter(Number.isInteger) : ticks;
}

/** How a value of an axis is written. */
export function formatOf(axis: Pick<Axis, "id" | "type">): (value: number) => string {
  if (axis.type === "time") return moment;
  return axis.id === "duration" || axis.id === "relative" ? duration : (v) => trimmed(number(v));
}

function categoryMarks(scale: Scale, categories: string[], count: number): Mark[] {
  const every = Math.max(1, Math.ceil(categories.length / Math.max(1, count)));
  return categories
    .map((text, i) => ({ place: scale.place(i), text: line(text, 60) || "''", whole: text }))
    .filter((_, i) => i % every === 0);
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const STEPS = [1000, 5000, 15_000]
  .concat([1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((m) => m * MINUTE))
  .concat([1, 2, 7, 14, 30, 91, 182, 365].map((d) => d * DAY));

function timeTicks(scale: Scale, count: number): number[] {
  const [from, to] = [scale.value(0), scale.value(1)];
  const step = STEPS.find((s) => (to - from) / s <= count) ?? (to - from) / count;
  const shift = new Date(from).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((from - shift) / step) * step + shift;
  const found = Math.floor((to - first) / step) + 1;
  return found > 1 ? Array.from({ length: found }, (_, i) => first + i * step) : [from, to];
}

/** Only the part of a time that differs from mark to mark. */
function timeFormat(values: number[]): string[] {
  const step = (values[1] ?? DAY) - (values[0] ?? 0);
  if (step >= DAY) return values.map((v) => moment(v).slice(0, 10));
  if (step >= MINUTE) return values.map((v) => moment(v).slice(5));
  return values.map(
    (v) => `${moment(v).slice(11)}:${String(new Date(v).getSeconds()).padStart(2, "0")}`,
  );
}

/** A number without needless zeros. */
function trimmed(text: string): string {
  return text.replace(/(\.\d*?)0+(?=$|e)/, "$1").replace(/\.(?=$|e)/, "");
}

/** Evenly spaced numbers have as many decimals each. */
function evenly(short: string[], log: boolean): string[] {
  const decimals = Math.max(...short.map((text) => text.split(".")[1]?.length ?? 0));
  if (log || !decimals || short.some((text) => !/^[\d.,-]+$/.test(text))) return short;
  return short.map((text) => {
    const [whole, rest = ""] = text.split(".");
    return `${whole}.${rest.padEnd(decimals, "0")}`;
  });
}
