export function role(name: string): string {
  return name;
}
