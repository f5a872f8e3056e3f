const halve = (n: number) => n / 2;
export const quarter = (n: number) => halve(halve(n));
