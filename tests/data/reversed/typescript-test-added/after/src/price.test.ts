import { price } from "../src/price";

test("a short ride costs the base fare", () => {
  expect(price(2)).toBe(300);
});

test("a ride at night costs double", () => {
  expect(price(2, { hour: 23 })).toBe(600);
});
