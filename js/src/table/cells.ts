/** What stands in a cell: the text of a value, its colour, and how it differs from the baseline. */

import { ramp } from "../colours";
import { h } from "../dom";
import { difference, duration, line, moment, number, typed } from "../format";
import { type Cell, numberIn } from "../state";
import type { Column, Spread } from "./state";

const LONGEST = 120; // characters of a cell that are drawn; the title has more

/** A value in one line, as the column shows its values. */
export function textOf(column: Column, cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  const value = numberIn(cell);
  if (value === undefined || column.kind === "tag") return words(cell);
  if (column.type === "time") return moment(value);
  if (column.type === "duration") return duration(value);
  if (column.kind === "metric") return decimal(value, column.decimals);
  return typed(value);
}

function words(cell: Cell): string {
  if (typeof cell === "boolean") return cell ? "True" : "False";
  if (typeof cell === "object" && cell && "v" in cell) return line(cell.v, LONGEST);
  return line(String(cell), LONGEST) || (cell === "" ? "''" : "");
}

function decimal(value: number, decimals: number | null): string {
  if (decimals === null || !Number.isFinite(value)) return number(value);
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** The whole of a value, for the tooltip. */
export function wholeOf(column: Column, cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  const value = numberIn(cell);
  if (value !== undefined && column.kind === "metric") return `${column.label} ${value}`;
  return value === undefined && cell !== "" ? words(cell) : textOf(column, cell);
}

/** Numbers stand to the right, so that their digits are below each other. */
export function isRight(column: Column): boolean {
  return column.kind === "metric" || ["number", "duration", "time"].includes(column.type);
}

/** The ground of a cell by its place between the least and greatest of the column. */
export function groundOf(column: Column, cell: Cell | undefined, dark: boolean): string {
  const value = numberIn(cell);
  if (!column.colour || !column.range || value === undefined || !Number.isFinite(value)) return "";
  const [low, high] = column.range;
  const t = high > low ? (value - low) / (high - low) : 0.5;
  const place = column.better === "less" ? 1 - t : t;
  return ramp(place, dark).replace("rgb(", "rgba(").replace(")", ",0.38)");
}

/** How a metric differs from the baseline's, with whether that is better. */
export function deltaOf(column: Column, cell: Cell | undefined, base: Cell | undefined) {
  const [now, then] = [numberIn(cell), numberIn(base)];
  if (column.kind !== "metric" || now === undefined || then === undefined) return undefined;
  if (!Number.isFinite(now) || !Number.isFinite(then)) return undefined;
  const full = difference(now, then);
  const short = /\((.*)\)/.exec(full)?.[1] ?? full;
  const less = column.better === "less";
  const how =
    now === then || !column.better ? "sd-faint" : now < then === less ? "sd-good" : "sd-bad";
  return h("span", { class: `sd-delta ${how}`, title: `${full} from the baseline` }, short);
}

/** `6.43 ± 0.12` */
export function spreadOf(column: Column, spread: Spread | null | undefined): string {
  if (!spread) return "";
  const [mean, std] = spread;
  const text = textOf(column, mean);
  return numberIn(std) === undefined ? text : `${text} ± ${number(numberIn(std), 2)}`;
}
