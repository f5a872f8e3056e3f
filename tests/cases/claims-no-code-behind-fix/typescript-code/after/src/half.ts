export function half(n: number) {
  return n / (1 + 1);
}
