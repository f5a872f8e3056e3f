export const a = fetch("/a");
