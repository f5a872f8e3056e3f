import { faker } from "@faker-js/faker";
import { expect, test } from "@jest/globals";
import { cart } from "../src/cart";

test("a cart holds what is put in", () => {
  const name = faker.commerce.product();
  expect(cart([name])).toContain(name);
});
