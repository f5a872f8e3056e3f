test("four", () => {
  expect(half(4)).toBe(2);
});
