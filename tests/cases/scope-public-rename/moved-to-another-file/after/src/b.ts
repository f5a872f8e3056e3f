export function parse(text: string): number {
  return text.length;
}
