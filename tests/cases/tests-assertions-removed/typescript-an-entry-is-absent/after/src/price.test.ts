import { quote } from "../src/price";

test("a quote for nobody has no origin", async () => {
  const answer = await quote(2);
  expect(answer.headers.has("Origin")).toBeFalsy();
});
