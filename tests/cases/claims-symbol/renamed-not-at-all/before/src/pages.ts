export function fetchAll(): number {
  return 1;
}
