import { expect, test } from "vitest";
import { check } from "../src/env";

test("a key is required", () => {
  expect(() => check({})).toThrow("Either KEY or TOKEN is required.");
});
