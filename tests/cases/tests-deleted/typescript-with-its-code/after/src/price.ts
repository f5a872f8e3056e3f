export function price(distance: number): number {
  return 100 * distance + 100;
}
