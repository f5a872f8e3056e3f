import { expect, test } from "vitest";
import * as totals from "./totals";

test("a sum", () => {
  expect(totals.sum([1, 2])).toBe(3);
});

test("a mean", () => {
  expect(totals.mean([1, 3])).toBe(2);
});
