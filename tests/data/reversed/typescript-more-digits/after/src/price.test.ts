import { average } from "../src/price";

test("averages", () => {
  expect(average([300, 410, 299])).toBeCloseTo(336.3333, 4);
});
