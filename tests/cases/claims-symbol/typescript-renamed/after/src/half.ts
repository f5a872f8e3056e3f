export function half(n: number) {
  return n / 2;
}

export function quarter(n: number) {
  return n / 3;
}
