import { describe, expect, test } from "vitest";
import { category, ramp, rampRgb } from "../src/colours";
import { luminance, rgb } from "../src/theme";

const GROUNDS = { light: "#ffffff", dark: "#111111" };
const CATEGORIES = Array.from({ length: 8 }, (_, i) => category(i));

// Machado, Oliveira and Fernandes 2009: what is seen of red, green and blue.
const NORMAL = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const NO_GREEN = [0.367, 0.861, -0.228, 0.28, 0.673, 0.047, -0.012, 0.043, 0.969];
const NO_RED = [0.152, 1.053, -0.205, 0.115, 0.786, 0.099, -0.004, -0.048, 1.052];

function seen(eye: number[], colour: readonly number[]): number[] {
  const row = (k: number): number =>
    colour.reduce((sum, v, i) => sum + v * (eye[k + i] as number), 0);
  return [row(0), row(3), row(6)];
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.hypot(...one.map((v, i) => v - (other[i] as number)));
}

describe("the ramp", () => {
  test.each([false, true])("goes up in light from end to end (dark: %s)", (dark) => {
    const lights = Array.from({ length: 33 }, (_, i) => luminance(ramp(i / 32, dark)));
    expect(lights).toEqual([...lights].sort((a, b) => a - b));
    expect(new Set(lights).size).toBe(33);
  });

  test("can be seen on its ground at both ends", () => {
    for (const t of [0, 1]) {
      expect(distance(rampRgb(t), rgb(GROUNDS.light))).toBeGreaterThan(120);
      expect(distance(rampRgb(t, true), rgb(GROUNDS.dark))).toBeGreaterThan(80);
    }
  });

  test("ends where it ends, and has a grey for what is no number", () => {
    expect(ramp(-3)).toBe(ramp(0));
    expect(ramp(9)).toBe(ramp(1));
    expect(ramp(Number.NaN)).toBe("rgb(140,140,140)");
  });
});

describe("categories", () => {
  test.each([NORMAL, NO_GREEN, NO_RED])("are unlike each other and the grey of none", (...eye) => {
    const colours = [...CATEGORIES.map(rgb), rampRgb(Number.NaN)].map((colour) =>
      seen(eye, colour),
    );
    colours.forEach((one, i) => {
      for (const other of colours.slice(i + 1)) expect(distance(one, other)).toBeGreaterThan(24);
    });
  });

  test("can be seen on either ground, and repeat after eight", () => {
    for (const colour of CATEGORIES)
      for (const ground of Object.values(GROUNDS))
        expect(distance(rgb(colour), rgb(ground))).toBeGreaterThan(100);
    expect(category(8)).toBe(category(0));
  });
});

test("colours are read as CSS has them", () => {
  expect(rgb("#0f8")).toEqual([0, 255, 136]);
  expect(rgb("#102030")).toEqual([16, 32, 48]);
  expect(rgb("rgba(1, 2, 3, 0.5)")).toEqual([1, 2, 3]);
  expect(rgb("tomato")).toEqual([255, 255, 255]);
});
