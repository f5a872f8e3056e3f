test('a', () => {
  run();
});
