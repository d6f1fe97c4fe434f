import { issuerProblem } from 'nestjs-mcp-auth/service-kit';
import type { Environment } from './environment.js';
import { PublicAddress } from './public-address.js';
import { readTrustedProxies, TRUST_PROXY, type TrustedProxies } from './trusted-proxies.js';
import { choice, text, wholeNumber } from './variable.js';

/** Where the service is, and how its process behaves. */
export interface ServerConfig {
  host: string;
  port: number;
  address: PublicAddress;
  trustProxy: TrustedProxies | undefined;
  logLevel: string;
  /** Seconds from the signal to end until the process is gone, whatever it does. */
  shutdownTimeout: number;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const SERVER_VARIABLES = {
  host: text('HOST', {
    is: 'the address to listen at',
    otherwise: 'loopback when the issuer is loopback, else all',
  }),
  port: wholeNumber('PORT', { is: 'the port to listen at', from: 1, to: 65_535, fallback: 3000 }),
  issuer: text('MCP_AUTH_ISSUER', {
    is: 'where people and clients reach the service: https, or http on localhost. Its path is that of every page and cookie: [behind a path prefix](../how-to/behind-a-path-prefix.md)',
    otherwise: '`http://localhost:$PORT`',
    check: (issuer) => issuerProblem(withoutSlash(issuer)),
  }),
  trustProxy: TRUST_PROXY,
  logLevel: choice('MCP_AUTH_LOG_LEVEL', LOG_LEVELS, {
    is: 'the least of what is logged',
    fallback: 'info',
  }),
  shutdownTimeout: wholeNumber('MCP_AUTH_SHUTDOWN_TIMEOUT', {
    is: 'seconds from SIGTERM until the process is gone; requests in flight are answered first',
    from: 1,
    to: 600,
    fallback: 10,
  }),
};

/** @throws ConfigurationError with one sentence. */
export function readServerConfig(env: Environment): ServerConfig {
  const port = env.get(SERVER_VARIABLES.port);
  const issuer = withoutSlash(env.get(SERVER_VARIABLES.issuer) ?? `http://localhost:${port}`);
  const address = new PublicAddress(issuer);
  const { isLoopback } = address;
  return {
    host: env.get(SERVER_VARIABLES.host) ?? (isLoopback ? '127.0.0.1' : '0.0.0.0'),
    port,
    address,
    trustProxy: readTrustedProxies(env, isLoopback),
    logLevel: env.get(SERVER_VARIABLES.logLevel),
    shutdownTimeout: env.get(SERVER_VARIABLES.shutdownTimeout),
  };
}

/** One at the end means the same. */
function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}
