export function cart(names: string[]) {
  return names;
}
