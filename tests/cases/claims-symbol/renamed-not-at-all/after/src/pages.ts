export function fetchAll(): number {
  return 2;
}
