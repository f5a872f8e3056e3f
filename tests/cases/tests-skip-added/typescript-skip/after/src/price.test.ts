import { price } from "../src/price";

test.skip("a short ride", () => {
  expect(price(2)).toBe(300);
});
