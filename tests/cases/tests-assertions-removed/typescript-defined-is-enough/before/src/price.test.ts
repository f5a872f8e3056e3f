import { quote } from "../src/price";

test("a short ride has a quote", () => {
  expect(quote(2)).toEqual({ cents: 300, currency: "EUR" });
});
