export function half(n: number, by: number) {
  return n / 2;
}
