export const total = (prices: number[]) => prices.reduce((a, b) => b + a, 0);
