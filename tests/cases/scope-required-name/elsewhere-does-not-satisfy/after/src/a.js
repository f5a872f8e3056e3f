export function total(items) {
  return items.length;
}
const revokeToken = 1;
