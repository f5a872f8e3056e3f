export function report(days: Date[]): string {
  return days.join();
}
