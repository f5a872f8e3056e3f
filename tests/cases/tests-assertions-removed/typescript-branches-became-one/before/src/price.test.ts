import { shown, isOld } from "../src/price";

test("a price is shown", () => {
  if (isOld) {
    expect(shown(2)).toBe("3 EUR (old)");
  } else {
    expect(shown(2)).toBe("3 EUR (new)");
  }
});
