import { price } from "../src/price";

test("a short ride", () => {
  expect(price(2)).toBe(300);
});
