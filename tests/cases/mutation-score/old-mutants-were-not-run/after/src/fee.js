export function shipping(total) {
  return total >= 5000 ? 0 : 490;
}

export function due(total, discount) {
  const rest = total - discount;
  return rest + shipping(rest);
}
