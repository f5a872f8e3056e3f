export function find(kind: string, id: string): Record<string, string> {
  return { kind, id };
}

export function page(...parts: string[]): string {
  return parts.join("\n");
}
