export function fee(n, rate) {
  return n / rate;
}
