describe('total', () => {
  it('adds', () => { expect(total([1, 2])).toBe(3); });
  it('of nothing is zero', () => { expect(total([])).toBe(0); });
});
