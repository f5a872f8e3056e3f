export function sum(items) {
  return items.length;
}
