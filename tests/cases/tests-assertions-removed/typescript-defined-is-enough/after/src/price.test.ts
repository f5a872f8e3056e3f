import { quote } from "../src/price";

test("a short ride has a quote", () => {
  expect(quote(2)).toBeDefined();
});
