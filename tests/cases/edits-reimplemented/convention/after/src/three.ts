export function getServerProps(url: string): string {
  const parts = url.split("?").filter((part) => part.length > 3);
  return parts.map((part) => part.toLowerCase()).join("/");
}
