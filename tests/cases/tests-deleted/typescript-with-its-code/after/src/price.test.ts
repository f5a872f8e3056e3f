import { price } from "./price";

test("a short ride", () => {
  expect(price(2)).toBe(300);
});
