import { total } from './totals';

test('adds', () => {
  expect(total([1, 2])).toBe(3);
});

test('is more', () => {
  expect(total([1, 2])).toBeGreaterThan(2);
});
