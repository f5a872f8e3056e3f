import { total, grand } from './totals';

test('adds', () => {
  expect(total([1, 2])).toBe(3);
  expect(grand([1])).toBe(1);
});
