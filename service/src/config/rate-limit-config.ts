import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';

/** Whether requests are counted, and where. */
export abstract class RateLimitConfig {
  /** Whether anything is counted. */
  enabled: boolean;
  /** Null counts in PostgreSQL. */
  redis: { url: string; prefix: string } | null;
}

/** @throws ConfigurationError with one sentence. */
export function readRateLimitConfig(env: Environment): RateLimitConfig {
  const url = env.text('MCP_AUTH_REDIS_URL');
  const prefix = env.text('MCP_AUTH_REDIS_PREFIX') ?? 'mcp_auth';
  if (url !== undefined && !(URL.canParse(url) && /^rediss?:\/\/./.test(url)))
    throw new ConfigurationError(
      'MCP_AUTH_REDIS_URL must begin with redis:// or rediss://, such as redis://cache.example.com:6379.',
    );
  if (!/^[\w.:-]{1,64}$/.test(prefix))
    throw new ConfigurationError(
      'MCP_AUTH_REDIS_PREFIX must be up to 64 letters, digits, and the signs _ . : and -.',
    );
  const enabled = env.choice('MCP_AUTH_RATE_LIMIT', ['on', 'off'], 'on') === 'on';
  return { enabled, redis: enabled && url !== undefined ? { url, prefix } : null };
}
