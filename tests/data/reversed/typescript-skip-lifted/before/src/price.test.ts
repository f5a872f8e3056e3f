import { price } from "../src/price";

test.skip("a short ride costs the base fare", () => {
  expect(price(2)).toBe(300);
});
