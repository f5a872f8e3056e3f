export function report(days: Date[]): string {
  return days.map(formatDate).join();
}

function formatDate(day: Date): string {
  const parts = [day.getDate(), day.getMonth() + 1, day.getFullYear()];
  return parts.map((part) => part.toString()).join(".");
}
