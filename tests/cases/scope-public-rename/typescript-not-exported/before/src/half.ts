const half = (n: number) => n / 2;
export const quarter = (n: number) => half(half(n));
