import { price } from "../src/price";

describe("price", () => {
  it("of a ride at night", () => {
    const fare = price(2, { hour: 23 });
    expect(fare.cents).toBe(600);
  });

  it("of a late ride", () => {
    const fare = price(2, { hour: 23 });
    expect(fare.cents).toBe(600);
  });
});
