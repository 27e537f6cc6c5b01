import { describe, expect, test } from "vitest";
import { categories, extent, linear, log, type Scale } from "../src/scales";

const cases: [string, Scale, number[]][] = [
  ["linear", linear(-3, 12.5), [-3, 0, 4.4, 12.5]],
  ["log", log(1e-4, 30), [1e-4, 0.02, 1, 30]],
  ["tiny", linear(1e-12, 3e-12), [1e-12, 2e-12, 3e-12]],
];

test.each(cases)("%s: a place leads back to its value", (_, scale, values) => {
  for (const v of values) expect(scale.value(scale.place(v)) / (v || 1)).toBeCloseTo(v ? 1 : 0, 9);
});

test.each(cases)("%s: ticks lie on the axis, apart and in order", (_, scale, values) => {
  for (const count of [2, 5, 10]) {
    const ticks = scale.ticks(count);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(2 * count + 1);
    const places = ticks.map((t) => scale.place(t));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(-1e-9);
    expect(Math.max(...places)).toBeLessThanOrEqual(1 + 1e-9);
    expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
    expect(values.length).toBeGreaterThan(0);
  }
});

describe("one value", () => {
  test.each([0, 7, -7, 1e-9])("%d lies in the middle of a scale of its own", (value) => {
    expect(linear(value, value).place(value)).toBeCloseTo(0.5, 12);
  });
});

test("zero and below have no place on a log scale", () => {
  expect(log(1, 10).place(0)).toBeNaN();
  expect(log(1, 10).place(-1)).toBeNaN();
});

test("a category's place leads back to it, and none has no place", () => {
  const scale = categories(7);
  for (let i = 0; i < 7; i++) expect(scale.value(scale.place(i))).toBe(i);
  expect(scale.place(-1)).toBeNaN();
});

test("an extent is that of the finite numbers, or of those above zero", () => {
  const arrays = [
    new Float64Array([Number.NaN, -2, 3]),
    new Float64Array([Number.POSITIVE_INFINITY, 7]),
  ];
  expect(extent(arrays)).toEqual([-2, 7]);
  expect(extent(arrays, true)).toEqual([3, 7]);
  expect(extent([new Float64Array([Number.NaN, 0])], true)).toBeUndefined();
});
