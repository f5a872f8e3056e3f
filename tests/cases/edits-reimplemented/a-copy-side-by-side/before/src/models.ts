import { find, page } from "./store";

export function editForm(id: string, user: string): string {
  const model = find("models", id);
  if (!user.startsWith("admin")) {
    throw new Error("not allowed");
  }
  return page("model", model.name, model.prompt);
}
