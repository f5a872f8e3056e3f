export function half(n: number): number {
  if (n > 1) {
    return n / 2;
  return n;
}
