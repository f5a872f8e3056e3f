test("two", () => {
  expect(half(2)).toBe(1);
});

test("four", () => {{
  expect(half(4)).toBe(2);
}});
