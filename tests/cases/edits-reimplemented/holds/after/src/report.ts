import { formatDate } from "./utils";
export function report(days: Date[]): string {
  return days.map(formatDate).join();
}
