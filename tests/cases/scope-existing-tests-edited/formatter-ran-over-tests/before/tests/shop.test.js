test('a', () => {
run();
});
