import { shown } from "../src/price";

test("a price is shown", () => {
  expect(shown(2)).toMatch(/^3 EUR(\r?\n)?$/);
});
