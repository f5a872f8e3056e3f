export default {
  test: {
    include: ['src/**/*.slow.test.ts'],
  },
};
