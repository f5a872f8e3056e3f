import { find, page } from "./store";

export function editForm(id: string, user: string): string {
  const provider = find("providers", id);
  return page("provider", provider.url, `asked by ${user}`);
}
