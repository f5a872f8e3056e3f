import { faker } from "@faker-js/faker";

export function cart(names: string[]) {
  return names.length ? names : [faker.commerce.product()];
}
