import { expect, test } from "vitest";
import golden from "../../tests/panels/formats.json";
import { difference, duration, line, number, size } from "../src/format";
import { type Cell, numberIn } from "../src/state";

const SAYING = { difference, duration, line, number, size };
type Case = { call: keyof typeof SAYING; args: Cell[]; says: string };

// What Python says of the same values, written by tests/panels/test_formats.py.
test.each(golden as Case[])("$call($args) is $says", ({ call, args, says }) => {
  const given = args.map((arg) => numberIn(arg) ?? arg);
  expect((SAYING[call] as (...a: unknown[]) => string)(...given)).toBe(says);
});
