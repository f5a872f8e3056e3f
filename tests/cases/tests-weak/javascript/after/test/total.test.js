test('adds', () => {
  expect(total([1, 2])).toBe(3);
});

test('there', () => {
  expect(total([1])).toBeDefined();
});

test('constant', () => {
  expect(true).toBe(true);
});

test('value', () => {
  expect(total([])).toEqual(0);
});
