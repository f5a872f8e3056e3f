export type Half = number;
export const half = 2;
