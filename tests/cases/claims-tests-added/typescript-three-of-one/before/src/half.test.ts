test("two", () => {
  expect(half(2)).toBe(1);
});
