export function price(item: { cost: number }): number {
  return item.cost;
}
