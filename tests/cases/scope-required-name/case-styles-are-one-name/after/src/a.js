export function total(items) {
  return items.length;
}
export function revokeToken() {}
