export { parse } from './b';

export const limit = 10;
