export function total(items) {
  return items.length;
}
// revokeToken comes later
run();
