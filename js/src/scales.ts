/** Where a value lies along an axis, and which values to write beside it. */

export interface Scale {
  /** From a value to 0…1 along the axis; NaN when it has no place there. */
  place(value: number): number;
  /** From a place back to the value. */
  value(place: number): number;
  /** Values to mark, about `count` of them. */
  ticks(count: number): number[];
}

/** A linear scale; equal ends are drawn apart, so that the one value lies in the middle. */
export function linear(low: number, high: number): Scale {
  const [lo, hi] = apart(low, high);
  return {
    place: (v) => (v - lo) / (hi - lo),
    value: (p) => lo + p * (hi - lo),
    ticks: (count) => niceTicks(lo, hi, count),
  };
}

/** A logarithmic scale of base 10; zero and below have no place. */
export function log(low: number, high: number): Scale {
  const [lo, hi] = apart(Math.log10(low), Math.log10(high));
  return {
    place: (v) => (v > 0 ? (Math.log10(v) - lo) / (hi - lo) : Number.NaN),
    value: (p) => 10 ** (lo + p * (hi - lo)),
    ticks: (count) => logTicks(lo, hi, count),
  };
}

/** Places for the categories 0…count-1, each in the middle of its share. */
export function categories(count: number): Scale {
  return {
    place: (v) => (v < 0 ? Number.NaN : (v + 0.5) / count),
    value: (p) => Math.min(count - 1, Math.max(0, Math.floor(p * count))),
    ticks: () => Array.from({ length: count }, (_, i) => i),
  };
}

/** A scale of nothing: where there is no number, none may be written beside an axis. */
export const blank: Scale = {
  place: () => Number.NaN,
  value: () => Number.NaN,
  ticks: () => [],
};

/** The least and greatest finite number, or of those above zero; undefined when there is none. */
export function extent(arrays: Float64Array[], positive = false): [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const array of arrays)
    for (const v of array) {
      if (!Number.isFinite(v) || (positive && v <= 0)) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
  return low <= high ? [low, high] : undefined;
}

function apart(low: number, high: number): [number, number] {
  if (high > low) return [low, high];
  const half = Math.abs(low) * 0.5 || 0.5;
  return [low - half, low + half];
}

function niceTicks(lo: number, hi: number, count: number): number[] {
  const step = niceStep((hi - lo) / Math.max(1, count));
  const first = Math.ceil(lo / step - 1e-9);
  const last = Math.floor(hi / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

function logTicks(lo: number, hi: number, count: number): number[] {
  const powers = niceTicks(lo, hi, count).filter(Number.isInteger);
  if (powers.length >= 2) return powers.map((p) => 10 ** p);
  const all = [1, 2, 5].flatMap((m) =>
    Array.from({ length: 3 }, (_, i) => m * 10 ** (Math.floor(lo) + i)),
  );
  const within = all
    .filter((v) => Math.log10(v) >= lo && Math.log10(v) <= hi)
    .sort((a, b) => a - b);
  return within.length >= 2 ? within : [10 ** lo, 10 ** hi].map((v) => Number(v.toPrecision(3)));
}
