import type { Environment } from './environment.js';
import { choice, secret, text } from './variable.js';

/** Whether requests are counted, and where. */
export abstract class RateLimitConfig {
  /** Whether anything is counted. */
  enabled: boolean;
  /** Null counts in PostgreSQL. */
  redis: { url: string; prefix: string } | null;
}

export const RATE_LIMIT_VARIABLES = {
  mode: choice('MCP_AUTH_RATE_LIMIT', ['on', 'off'], {
    is: 'limits a minute, of token requests that fail (60 per client, grant type and address), failures to prove a client (300 per client and address), pushed authorization requests and requests of devices that fail (60 per client and address), codes of devices that there are not (10 per address), authorizations that fail (300 per address) or are begun, or pushed by public clients (1000 per person, or address of people who are not signed in, on each replica), registrations (30), looks at userinfo that fail (120), pages that fail (300 per page and address), revocations of nothing (60 per client and address), introspections (6000 per client), tries to sign in that fail (10 per account and address or browser, 20 per account from everywhere strange to it, 60 per address); besides, 20 wrong passwords in an hour make a browser strange again, and 20 wrong current passwords end a sign-in session',
    fallback: 'on',
  }),
  url: secret('MCP_AUTH_REDIS_URL', {
    is: 'where limits are counted, by all replicas together; in memory while it is away',
    values: '`redis://` or `rediss://`',
    otherwise: 'counted in the database',
    check: (url) =>
      URL.canParse(url) && /^rediss?:\/\/./.test(url)
        ? null
        : 'must begin with redis:// or rediss://, such as redis://cache.example.com:6379',
  }),
  prefix: text('MCP_AUTH_REDIS_PREFIX', {
    is: 'how its keys begin',
    fallback: 'mcp_auth',
    needs: ['MCP_AUTH_REDIS_URL'],
    check: (prefix) =>
      /^[\w.:-]{1,64}$/.test(prefix) ? null : 'must be up to 64 letters, digits, and the signs _ . : and -',
  }),
};

/** @throws ConfigurationError with one sentence. */
export function readRateLimitConfig(env: Environment): RateLimitConfig {
  const url = env.get(RATE_LIMIT_VARIABLES.url);
  const prefix = env.get(RATE_LIMIT_VARIABLES.prefix);
  const enabled = env.get(RATE_LIMIT_VARIABLES.mode) === 'on';
  return { enabled, redis: enabled && url !== undefined ? { url, prefix } : null };
}
