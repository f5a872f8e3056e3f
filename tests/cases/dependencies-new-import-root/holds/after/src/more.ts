import { faker } from "@faker-js/faker";

export const second = faker.commerce.product();
