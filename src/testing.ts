/**
 * The entry `nestjs-mcp-auth/testing`: what the tests of a host need.
 *
 * @packageDocumentation
 */
export { guardFor, type TestSession } from './testing/guard-for.js';
export { TestTokens, type TestToken, type TestTokensOptions } from './testing/test-tokens.js';
