export function meta() {
  return [{ title: 'Orders' }]
}
