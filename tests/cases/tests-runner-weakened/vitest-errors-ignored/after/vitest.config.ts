export default {
  test: {
    globals: true,
    dangerouslyIgnoreUnhandledErrors: true,
  },
};
