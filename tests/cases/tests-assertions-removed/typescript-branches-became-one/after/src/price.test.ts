import { shown, isOld } from "../src/price";

test("a price is shown", () => {
  expect(shown(2)).toBe("3 EUR");
});
