import { schema } from './schema';

export const a = schema.first;
