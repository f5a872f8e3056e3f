import { join } from "node:path";

export function cart(names: string[]) {
  return names.map((name) => join("cart", name));
}
