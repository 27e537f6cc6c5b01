/** Scales of colour that colour-blind people can read. */

type Rgb = readonly [number, number, number];

// Viridis (Smith and van der Walt 2015), at nine places.
const VIRIDIS: readonly Rgb[] = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];
// Okabe and Ito 2008, without black; then a violet and a dark red.
const CATEGORIES: readonly string[] = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#d55e00",
  "#56b4e9",
  "#cc79a7",
  "#7a3fe0",
  "#94132b",
];

/** The colour at `t` from 0 to 1; what is no number is grey. */
export function ramp(t: number, dark = false): string {
  return `rgb(${rampRgb(t, dark).join(",")})`;
}

/** The same as numbers, for pixels. */
export function rampRgb(t: number, dark = false): Rgb {
  if (!Number.isFinite(t)) return [140, 140, 140];
  // The darkest end cannot be seen on a dark ground, nor the lightest on a light one.
  const [from, to] = dark ? [0.16, 1] : [0, 0.9];
  const at = (from + Math.min(1, Math.max(0, t)) * (to - from)) * (VIRIDIS.length - 1);
  const i = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const [a, b] = [VIRIDIS[i] as Rgb, VIRIDIS[i + 1] as Rgb];
  const mixed = a.map((v, k) => Math.round(v + ((b[k] as number) - v) * (at - i)));
  return mixed as unknown as Rgb;
}

/** A colour of its own for the `i`-th thing; after eight they repeat. */
export function category(i: number): string {
  return CATEGORIES[i % CATEGORIES.length] as string;
}
