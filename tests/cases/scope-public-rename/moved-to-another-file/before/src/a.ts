export function parse(text: string): number {
  return text.length;
}

export const limit = 10;
