export function of(n) {
  return n / 4;
}
