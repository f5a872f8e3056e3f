export const half = 2;
