import { createServer } from 'node:net';
import { ConfigurationError } from '../config/configuration.error.js';
import type { ServiceConfig } from '../config/service-config.js';

/**
 * Finds out whether the service can listen, before anything is written for it.
 * @throws ConfigurationError with one sentence.
 */
export async function checkPorts({ port, host, metrics }: ServiceConfig): Promise<void> {
  await listen(port, host).catch((error: unknown) => {
    throw portProblem(error, port, host);
  });
  if (metrics.port === null) return;
  await listen(metrics.port, metrics.host).catch((error: unknown) => {
    throw metricsPortProblem(error, metrics.port, metrics.host);
  });
}

/** @returns `error` itself where it is about something else. */
export function portProblem(error: unknown, port: number, host: string): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new ConfigurationError(`Port ${port} on ${host} is in use: set PORT to another one.`);
    case 'EACCES':
      return new ConfigurationError(`Port ${port} on ${host} may not be used here: set PORT to another one.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigurationError(`${host} is no address of this computer: set HOST to one.`);
    default:
      return error;
  }
}

export function metricsPortProblem(error: unknown, port: number | null, host: string): ConfigurationError {
  return new ConfigurationError(
    `Metrics cannot be shown on port ${port} of ${host} (${String(error)}): set MCP_AUTH_METRICS_PORT or MCP_AUTH_METRICS_HOST to another.`,
  );
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function listen(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
