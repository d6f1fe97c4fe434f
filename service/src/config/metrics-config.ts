import ipaddr from 'ipaddr.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import { secret, text, wholeNumber } from './variable.js';

/** Where metrics are shown: nowhere when there is neither token nor port. */
export abstract class MetricsConfig {
  /** The bearer token that is asked for; null for none. */
  token: string | null;
  /** Of a server for metrics alone; null shows them on the service's own port. */
  port: number | null;
  /** Of that server. */
  host: string;
}

const SHORTEST_TOKEN = 32;

export const METRICS_VARIABLES = {
  token: secret('MCP_AUTH_METRICS_TOKEN', {
    is: 'the bearer token for `/metrics`',
    values: `at least ${SHORTEST_TOKEN} characters`,
    otherwise: 'no metrics',
    check: (token) =>
      token.length >= SHORTEST_TOKEN
        ? null
        : `must have at least ${SHORTEST_TOKEN} characters: set it to the output of \`openssl rand -base64 32\``,
  }),
  port: wholeNumber('MCP_AUTH_METRICS_PORT', {
    is: 'a port for `/metrics` alone, where the token is asked for if one is set',
    from: 1,
    to: 65_535,
  }),
  host: text('MCP_AUTH_METRICS_HOST', {
    is: 'the address of that port; one that other computers reach needs the token',
    fallback: '127.0.0.1',
    needs: ['MCP_AUTH_METRICS_PORT'],
  }),
};

/** @throws ConfigurationError with one sentence. */
export function readMetricsConfig(env: Environment, servicePort: number): MetricsConfig {
  const token = env.get(METRICS_VARIABLES.token) ?? null;
  const port = env.get(METRICS_VARIABLES.port) ?? null;
  const host = env.get(METRICS_VARIABLES.host);
  if (port === servicePort)
    throw new ConfigurationError(
      `MCP_AUTH_METRICS_PORT ${port} is the service's own: set another, or MCP_AUTH_METRICS_TOKEN in its place.`,
    );
  if (port !== null && token === null && !isLoopbackAddress(host))
    throw new ConfigurationError(
      `MCP_AUTH_METRICS_HOST ${host} shows metrics to other computers: set MCP_AUTH_METRICS_TOKEN, too.`,
    );
  return { token, port, host };
}

function isLoopbackAddress(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}
