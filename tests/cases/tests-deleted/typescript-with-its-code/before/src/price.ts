export function price(distance: number): number {
  return 100 * distance + 100;
}

export function nightSurcharge(distance: number): number {
  return price(distance);
}
