import { role } from "./role";

test("a role is looked up", () => {
  expect(role("alice")).toBe("administrator");
});
