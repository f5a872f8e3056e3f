import { price } from "../src/price";

describe("price", () => {
  it("of a short ride", () => {
    expect(price(2)).toBe(300);
  });
});
