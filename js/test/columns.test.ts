import { expect, test } from "vitest";
import golden from "../../tests/panels/columns.json";
import { type ColumnsHeader, columnsOf, numberIn } from "../src/state";

function bytes(hex: string): DataView {
  const pairs = hex.match(/../g) ?? [];
  // One byte off, as buffers lie in a message.
  const whole = Uint8Array.from([0, ...pairs.map((pair) => Number.parseInt(pair, 16))]);
  return new DataView(whole.buffer, 1);
}

test("columns that Python wrote", () => {
  const found = columnsOf(golden.header as ColumnsHeader, golden.buffers.map(bytes));
  expect(found.get("metrics.rmse")).toEqual({
    values: Float64Array.of(1.5, Number.NaN, Number.POSITIVE_INFINITY, -0),
  });
  expect(found.get("params.model")).toEqual({
    codes: Int32Array.of(0, -1, 1, 0),
    categories: ["lasso", "xgb"],
  });
  expect(found.get("<script>")).toEqual({ codes: Int32Array.of(-1, -1, -1, -1), categories: [] });
});

test("the number in a cell", () => {
  expect(numberIn(7)).toBe(7);
  expect(numberIn({ f: "NaN" })).toBeNaN();
  expect(numberIn({ f: "-Infinity" })).toBe(Number.NEGATIVE_INFINITY);
  for (const other of ["7", true, null, { v: "None" }, undefined])
    expect(numberIn(other)).toBeUndefined();
});
