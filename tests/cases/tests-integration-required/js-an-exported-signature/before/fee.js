export function fee(n) {
  return n / 50;
}
