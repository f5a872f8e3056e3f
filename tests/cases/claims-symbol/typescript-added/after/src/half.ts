export function half(n: number) {
  return n / 2;
}

export function third(n: number) {
  return n / 3;
}
