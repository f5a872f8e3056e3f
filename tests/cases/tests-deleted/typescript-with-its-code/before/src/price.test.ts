import { nightSurcharge, price } from "./price";

test("a short ride", () => {
  expect(price(2)).toBe(300);
});

test("a surcharge at night", () => {
  expect(nightSurcharge(2)).toBe(300);
});
