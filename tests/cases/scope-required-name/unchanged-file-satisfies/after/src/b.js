export const revokeToken = 1;
