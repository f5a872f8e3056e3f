import { expect, test } from "vitest";
import { slug } from "../src/slug";

test.each([
  ["ABC", "abc"],
  ["a b", "a-b"],
  ["a   b", "a-b"],
])("slug(%s) is %s", (given, wanted) => {
  expect(slug(given)).toBe(wanted);
});
