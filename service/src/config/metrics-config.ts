import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';

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

/** @throws ConfigurationError with one sentence. */
export function readMetricsConfig(env: Environment, servicePort: number): MetricsConfig {
  const token = env.text('MCP_AUTH_METRICS_TOKEN') ?? null;
  const host = env.text('MCP_AUTH_METRICS_HOST');
  const port = env.integer('MCP_AUTH_METRICS_PORT', 0, 1, 65_535) || null;
  if (token !== null && token.length < SHORTEST_TOKEN)
    throw new ConfigurationError(
      `MCP_AUTH_METRICS_TOKEN must have at least ${SHORTEST_TOKEN} characters: set it to the output of \`openssl rand -base64 32\`.`,
    );
  if (port === servicePort)
    throw new ConfigurationError(
      `MCP_AUTH_METRICS_PORT ${port} is the service's own: set another, or MCP_AUTH_METRICS_TOKEN in its place.`,
    );
  if (host !== undefined && port === null)
    throw new ConfigurationError('MCP_AUTH_METRICS_HOST needs MCP_AUTH_METRICS_PORT: set both or neither.');
  return { token, port, host: host ?? '127.0.0.1' };
}
