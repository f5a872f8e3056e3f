export const halve = (n: number) => n / 2;
