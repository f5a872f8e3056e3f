import { price } from "../src/price";

describe("price", () => {
  it("of a short ride", () => {
    expect(price(2)).toBe(300);
  });

  it("of a ride at night", () => {
    expect(price(2, { hour: 23 })).toBe(600);
  });
});
