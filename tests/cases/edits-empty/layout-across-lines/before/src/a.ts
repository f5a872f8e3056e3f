export const a = total([1, 2, 3]);
