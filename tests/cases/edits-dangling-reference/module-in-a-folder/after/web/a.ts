import { b } from './b.js';
import { c } from './c';

export const a = b + c;
