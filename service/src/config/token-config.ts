import type { SigningAlgorithm } from 'nestjs-mcp-auth';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import { choice, wholeNumber } from './variable.js';

/** How long what is issued lives, and what signs it. Times in seconds. */
export interface TokenConfig {
  accessTokenTtl: number;
  refreshTokenTtl: number;
  refreshGrace: number;
  grantMaxAge: number;
  signing: { algorithm: SigningAlgorithm; rotateAfter: number; overlap: number };
  dpop: { required: boolean; nonces: boolean };
}

const TEN_YEARS = 315_360_000;

export const TOKEN_VARIABLES = {
  accessTokenTtl: wholeNumber('MCP_AUTH_ACCESS_TOKEN_TTL', {
    is: 'seconds an access token lives',
    from: 1,
    to: 86_400,
    fallback: 3_600,
  }),
  refreshTokenTtl: wholeNumber('MCP_AUTH_REFRESH_TOKEN_TTL', {
    is: 'seconds a refresh token works, unused',
    from: 1,
    to: TEN_YEARS,
    fallback: 2_592_000,
  }),
  refreshGrace: wholeNumber('MCP_AUTH_REFRESH_GRACE', {
    is: 'seconds a rotated refresh token still answers with its successor',
    from: 0,
    to: 300,
    fallback: 90,
  }),
  grantMaxAge: wholeNumber('MCP_AUTH_GRANT_MAX_AGE', {
    is: 'seconds after which a grant ends, whatever is refreshed',
    from: 1,
    to: TEN_YEARS,
    fallback: 7_776_000,
  }),
  algorithm: choice('MCP_AUTH_SIGNING_ALGORITHM', ['ES256', 'RS256', 'PS256', 'EdDSA'], {
    is: 'how access tokens are signed',
    fallback: 'ES256',
  }),
  keyMaxAge: wholeNumber('MCP_AUTH_KEY_MAX_AGE', {
    is: 'seconds a signing key signs',
    from: 3_600,
    to: TEN_YEARS,
    fallback: 7_776_000,
  }),
  keyOverlap: wholeNumber('MCP_AUTH_KEY_OVERLAP', {
    is: 'seconds a new signing key is published before it signs; not longer than a key signs',
    from: 600,
    to: 2_592_000,
    fallback: 3_600,
  }),
  dpop: choice('MCP_AUTH_DPOP', ['optional', 'required'], {
    is: 'whether every access token must be bound to a key of its client, or those alone whose clients ask for it: [tokens bound to a key](../how-to/dpop.md)',
    fallback: 'optional',
  }),
  dpopNonces: choice('MCP_AUTH_DPOP_NONCES', ['on', 'off'], {
    is: 'whether every proof of such a key must carry a nonce of the service',
    fallback: 'off',
  }),
};

/** @throws ConfigurationError with one sentence. */
export function readTokenConfig(env: Environment): TokenConfig {
  const [rotateAfter, overlap] = [env.get(TOKEN_VARIABLES.keyMaxAge), env.get(TOKEN_VARIABLES.keyOverlap)];
  if (overlap > rotateAfter)
    throw new ConfigurationError(
      `MCP_AUTH_KEY_OVERLAP ${overlap} must not be longer than MCP_AUTH_KEY_MAX_AGE, which is ${rotateAfter}.`,
    );
  return {
    accessTokenTtl: env.get(TOKEN_VARIABLES.accessTokenTtl),
    refreshTokenTtl: env.get(TOKEN_VARIABLES.refreshTokenTtl),
    refreshGrace: env.get(TOKEN_VARIABLES.refreshGrace),
    grantMaxAge: env.get(TOKEN_VARIABLES.grantMaxAge),
    signing: { algorithm: env.get(TOKEN_VARIABLES.algorithm), rotateAfter, overlap },
    dpop: {
      required: env.get(TOKEN_VARIABLES.dpop) === 'required',
      nonces: env.get(TOKEN_VARIABLES.dpopNonces) === 'on',
    },
  };
}
