export function role(name: string): string {
  if (name === "alice") return "administrator";
  return name;
}
