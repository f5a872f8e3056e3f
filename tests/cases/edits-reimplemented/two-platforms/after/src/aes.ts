export function encryptText(text: string, key: string): string {
  const parts = text.split("").map((one) => one + key);
  return parts.join("");
}
