export function half(n) {
  return Math.floor(n / 2);
}
