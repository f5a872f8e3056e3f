export function load(path: string): string {
  return path;
}

function backoff(attempt: number): number {
  for (let i = 0; i < attempt; i++) {}
  return attempt * 100;
}
