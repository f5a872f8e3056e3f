export function getServerProps(url: string): string {
  const parts = url.split("/").filter((part) => part.length > 2);
  return parts.map((part) => part.trim()).join("/");
}
