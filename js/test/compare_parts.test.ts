import { describe, expect, test } from "vitest";
import { brushed, brushOf, joined, moved, type Span, spansOf } from "../src/compare/brushes";
import { colouring } from "../src/compare/colouring";
import { isoline } from "../src/compare/isolines";
import { Lanes, nearestLine } from "../src/compare/lanes";
import { paretoFront } from "../src/compare/pareto";
import { merged } from "../src/compare/patch";
import { type Placed, placed } from "../src/compare/ruler";
import { type Column, LOW, MINUS, NAN, NONE, PLUS, Runs } from "../src/compare/runs";
import { smoothed } from "../src/compare/smoothing";
import type { Axis } from "../src/compare/state";

/** The same random numbers every time. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

function axisOf(values: number[], more: Partial<Axis> = {}, log = false): Placed {
  const about = {
    id: "params.a",
    label: "a",
    kind: "param",
    type: "number",
    varies: true,
  } as const;
  const axis: Axis = { ...about, log: false, better: null, count: values.length, ...more };
  return placed(axis, columnOf(values), log);
}

function columnOf(values: number[]): Column {
  const data = new Map([["a", { values: Float64Array.from(values) }]]);
  return new Runs(data).column("a") as Column;
}

function texts(values: (string | null)[], categories: string[]): Placed {
  const codes = Int32Array.from(values, (v) => (v === null ? -1 : categories.indexOf(v)));
  const column = new Runs(new Map([["a", { codes, categories }]])).column("a") as Column;
  const axis = axisOf([]).axis;
  return placed({ ...axis, type: "text" }, column, false);
}

describe("what is no number", () => {
  test("none, NaN and the infinities are told apart", () => {
    const values = Float64Array.from([1, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    const kinds = Float64Array.from([0, 0, 1, 2, 3]);
    const runs = new Runs(
      new Map([
        ["a", { values }],
        ["a?", { values: kinds }],
      ]),
    );
    expect([...(runs.column("a") as Column).odd]).toEqual([0, NONE, NAN, PLUS, MINUS]);
  });

  test("infinities have no place and do not stretch the axis", () => {
    const axis = axisOf([1, 3, Number.POSITIVE_INFINITY]);
    expect([...axis.places]).toEqual([0, 1, Number.NaN]);
    expect(axis.text(2)).toBe("∞");
  });

  test("zero and below have a place of their own on a logarithmic axis", () => {
    const axis = axisOf([0, -1, 1, 100], {}, true);
    expect([...axis.odd]).toEqual([LOW, LOW, 0, 0]);
    expect([...axis.places.slice(2)]).toEqual([0, 1]);
    expect(axis.text(1)).toBe("-1");
  });

  test("beside an axis without a number none is written", () => {
    expect(axisOf([Number.NaN, Number.NaN]).marks(5)).toEqual([]);
    expect(axisOf([-1, 0], {}, true).marks(5)).toEqual([]);
    expect(axisOf([Number.NaN], { type: "time" }).marks(5)).toEqual([]);
  });
});

describe("marks", () => {
  test("have no needless zeros, and as many decimals each", () => {
    const marks = axisOf([6.1, 7.4]).marks(4);
    expect(marks.map(({ text }) => text)).toEqual([
      "6.2",
      "6.4",
      "6.6",
      "6.8",
      "7.0",
      "7.2",
      "7.4",
    ]);
  });

  test("of powers of ten are short", () => {
    const marks = axisOf([1e-12, 1e3], {}, true).marks(4);
    expect(marks.map(({ text }) => text)).toContain("1e-10");
  });

  test("of times are parts of the clock, and two at least", () => {
    const start = new Date(2026, 10, 23, 9, 0).getTime();
    const texts = (length: number): string[] =>
      axisOf([start, start + length], { type: "time" })
        .marks(4)
        .map(({ text }) => text);
    expect(texts(3_600_000)).toContain("11-23 09:30");
    expect(texts(10_000)).toContain("09:00:05");
    expect(texts(86_400_000 * 4)[0]).toBe("2026-11-24");
    expect(texts(20)).toHaveLength(2);
  });

  test("of categories lie apart and are whole in the tooltip", () => {
    const long = ["x".repeat(500), "y", ""];
    const marks = texts(long, long).marks(10);
    expect(new Set(marks.map(({ place }) => place)).size).toBe(3);
    expect(marks[0]?.whole).toHaveLength(500);
    expect(marks[0]?.text.length).toBeLessThanOrEqual(60);
    expect(marks[2]?.text).toBe("''");
  });
});

describe("brushes", () => {
  const next = draws(7);
  const values = Array.from({ length: 500 }, () => 10 ** (6 * next() - 3));

  test.each([false, true])("select the runs within, and only these (log: %s)", (log) => {
    const axis = axisOf(values, {}, log);
    for (let round = 0; round < 50; round++) {
      const [low, high] = [next(), next()].sort() as Span;
      const brush = brushOf(axis, [[low, high]]) as [number, number][];
      const [from, to] = brush[0] as [number, number];
      const within = brushed(values.length, { a: brush }, () => axis);
      const near = (v: number, end: number): boolean => Math.abs(v / end - 1) < 1e-3;
      values.forEach((v, i) => {
        if (near(v, from) || near(v, to)) return;
        expect(within[i] === 1).toBe(v >= from && v <= to);
      });
    }
  });

  test("the whole of an axis takes every number, the ends too", () => {
    const axis = axisOf(values, {}, true);
    const within = brushed(values.length, { a: brushOf(axis, [[0, 1]]) }, () => axis);
    expect(within.every(Boolean)).toBe(true);
  });

  test("lead to the place where they were drawn", () => {
    const axis = axisOf(values);
    const [[a, b]] = spansOf(axis, brushOf(axis, [[0.25, 0.5]])) as [Span];
    expect(a).toBeCloseTo(0.25, 4);
    expect(b).toBeCloseTo(0.5, 4);
  });

  test("of categories are their names, and what has none is without", () => {
    const axis = texts(["a", "b", null, "c"], ["a", "b", "c"]);
    const brush = brushOf(axis, [[0, 0.6]]);
    expect(brush).toEqual(["a", "b"]);
    expect([...brushed(4, { a: brush }, () => axis)]).toEqual([1, 1, 0, 0]);
  });

  test("of several axes must all hold; one of an axis that is gone does not count", () => {
    const [a, b] = [axisOf([1, 2, 3, 4]), axisOf([4, 3, 2, 1])];
    const brushes = { a: [[2, 4]], b: [[2, 4]], gone: [[0, 0]] } as Record<string, Span[]>;
    const within = brushed(4, brushes, (id) => ({ a, b })[id]);
    expect([...within]).toEqual([0, 1, 1, 0]);
  });

  test("join where they meet and stay on the axis when moved", () => {
    expect(
      joined([
        [0.5, 0.2],
        [0.4, 0.7],
        [0.8, 0.9],
      ]),
    ).toEqual([
      [0.2, 0.7],
      [0.8, 0.9],
    ]);
    expect(moved([0.8, 0.9], 0.5)).toEqual([0.9, 1]);
    expect(moved([0.1, 0.3], -0.5)).toEqual([0, 0.19999999999999998]);
  });
});

test("the Pareto front is what no other run beats in both", () => {
  const next = draws(3);
  const [xs, ys] = [0, 1].map(() => Array.from({ length: 200 }, () => Math.floor(next() * 30)));
  const x = axisOf(xs as number[], { better: "less" });
  const y = axisOf(ys as number[], { better: "more" });
  const front = new Set(paretoFront(x, y));
  const at = (i: number): [number, number] => [xs?.[i] as number, ys?.[i] as number];
  for (let i = 0; i < 200; i++) {
    const [a, b] = at(i);
    const beaten = xs?.some((_, k) => {
      const [u, v] = at(k);
      return u <= a && v >= b && (u < a || v > b);
    });
    expect(front.has(i)).toBe(!beaten);
  }
});

describe("isolines", () => {
  test("of a slope are straight, where the level is", () => {
    const grid = Float64Array.from({ length: 25 }, (_, k) => k % 5);
    const pieces = isoline(grid, 5, 5, 2.5);
    expect(pieces).toHaveLength(4);
    for (const [x, , u] of pieces) expect([x, u]).toEqual([3 / 5, 3 / 5]);
  });

  test("do not go through what is not known", () => {
    const grid = Float64Array.from([0, 1, Number.NaN, 0, 1, 1, 0, 1, 1]);
    const right = isoline(grid, 3, 3, 0.5).filter(([x, , u]) => Math.max(x, u) > 0.5);
    expect(right).toEqual([]);
    expect(isoline(grid, 3, 3, 0.5)).toHaveLength(2);
  });

  test.each([
    [1, 0, 0, 1],
    [0, 1, 1, 0],
  ])("of a saddle cut off the low corners when its middle is high (%d %d %d %d)", (...corners) => {
    const [first, second] = isoline(Float64Array.from(corners), 2, 2, 0.4);
    const low = corners[0]
      ? [
          [0.75, 0.25],
          [0.25, 0.75],
        ]
      : [
          [0.25, 0.25],
          [0.75, 0.75],
        ];
    const nearest = ([x, y, u, v]: number[]): number =>
      low.findIndex(
        ([a, b]) =>
          Math.hypot(
            ((x as number) + (u as number)) / 2 - (a as number),
            ((y as number) + (v as number)) / 2 - (b as number),
          ) < 0.25,
      );
    expect([first, second].map((piece) => nearest(piece as number[])).sort()).toEqual([0, 1]);
  });
});

describe("smoothing", () => {
  test("leaves what is even as it is, from the first value on", () => {
    expect(
      [...smoothed(new Float64Array(5).fill(3), 0.9)].every((v) => Math.abs(v - 3) < 1e-12),
    ).toBe(true);
  });

  test("is the mean that TensorBoard draws", () => {
    const [first, second, third] = smoothed(Float64Array.from([1, 2, 4]), 0.5);
    expect(first).toBeCloseTo(1);
    expect(second).toBeCloseTo((0.5 * 0.5 * 1 + 0.5 * 2) / 0.75);
    expect(third).toBeCloseTo((0.125 * 1 + 0.25 * 2 + 0.5 * 4) / 0.875);
  });

  test("steps over what is not finite", () => {
    const [, second, third] = smoothed(Float64Array.from([1, Number.NaN, 1]), 0.9);
    expect(second).toBeNaN();
    expect(third).toBeCloseTo(1);
  });
});

describe("lanes", () => {
  const values = [1, 2, Number.NaN];
  const lanes = new Lanes(
    [
      { axis: axisOf(values), flipped: false },
      { axis: axisOf(values), flipped: true },
    ],
    600,
    200,
  );
  const ys = lanes.heights(3);

  test("greater is higher, unless flipped; what is none lies below", () => {
    expect(ys[0]).toBeGreaterThan(ys[2] as number);
    expect(ys[1]).toBeLessThan(ys[3] as number);
    expect(ys[4]).toBeGreaterThan(lanes.top + lanes.height);
    expect(ys[4]).toBeLessThan(lanes.bottom);
  });

  test("a height leads back to the place", () => {
    for (const flipped of [true, false])
      expect(lanes.placeAt(lanes.y(0.3, flipped), flipped)).toBeCloseTo(0.3);
    expect(lanes.placeAt(-50, false)).toBe(1);
  });

  test("the line under the pointer is found between the axes, among those that count", () => {
    const middle = ((lanes.xs[0] as number) + (lanes.xs[1] as number)) / 2;
    const at: [number, number] = [middle, ((ys[0] as number) + (ys[1] as number)) / 2];
    expect([0, 1]).toContain(nearestLine(lanes, ys, at, () => true));
    expect(nearestLine(lanes, ys, at, (run) => run === 1)).toBe(1);
    expect(nearestLine(lanes, ys, [middle, -100], () => true)).toBe(-1);
    expect(nearestLine(new Lanes([], 600, 200), new Float32Array(0), at, () => true)).toBe(-1);
  });

  test("narrow places do not push axes onto each other", () => {
    const many = Array.from({ length: 12 }, () => ({ axis: axisOf(values), flipped: false }));
    expect(new Lanes(many, 320, 200).gap).toBeGreaterThanOrEqual(72);
  });
});

describe("colours", () => {
  test("better runs are drawn on top, those without a number below all", () => {
    const loss = colouring(axisOf([3, 1, Number.NaN, 2], { better: "less" }), 4, false);
    expect([...loss.order]).toEqual([2, 0, 3, 1]);
    expect(loss.bins[2]).toBe(loss.inks.length - 1);
    const score = colouring(axisOf([3, 1, Number.NaN, 2], { better: "more" }), 4, false);
    expect([...score.order]).toEqual([2, 1, 3, 0]);
  });

  test("few categories have a colour each, many are shades in their order", () => {
    const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
    const few = colouring(texts(["a", "b"], ["a", "b"]), 2, false);
    expect(new Set([...few.bins].map((bin) => few.inks[bin]?.css)).size).toBe(2);
    const many = colouring(texts(names, names), 20, false);
    expect([...many.bins]).toEqual([...many.bins].sort((a, b) => a - b));
    expect(new Set(many.bins).size).toBe(20);
  });
});

test("a change merges objects and replaces all else", () => {
  const old = { a: { b: 1, c: [1, 2] }, d: 1 };
  expect(merged(old, { a: { c: [3] } })).toEqual({ a: { b: 1, c: [3] }, d: 1 });
  expect(old.a.c).toEqual([1, 2]);
});
