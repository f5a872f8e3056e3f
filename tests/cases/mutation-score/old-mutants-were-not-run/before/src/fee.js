export function shipping(total) {
  return total >= 5000 ? 0 : 490;
}
