import { faker } from "@faker-js/faker";

export const first = faker.commerce.product();
