import { find, page } from "./store";

export function editForm(key: string, user: string): string {
  const provider = find("models", key);
  if (!user.startsWith("admin")) {
    throw new Error("not allowed");
  }
  return page("model", provider.name, provider.prompt);
}
