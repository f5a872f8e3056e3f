import { expect, test } from "vitest";
import { check } from "../src/env";

test("a key is required", () => {
  expect(() => check({})).toThrow("KEY is required.");
});
