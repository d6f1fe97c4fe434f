/** Token of the issuer identifier whose access tokens are taken. */
export const ISSUER = Symbol('mcp-auth:issuer');
