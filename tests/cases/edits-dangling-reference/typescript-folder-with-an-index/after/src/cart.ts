import { price } from "./prices";

export const total = price(2);
