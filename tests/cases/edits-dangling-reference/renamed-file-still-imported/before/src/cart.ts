import { price } from './prices';

export const first = price({ cost: 1 });
