export const half = { of: 2 } satisfies { of: number };
