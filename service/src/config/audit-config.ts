import type { Environment } from './environment.js';

/** How the audit is kept. */
export abstract class AuditConfig {
  /** Seconds an event is kept; 0 for good. */
  retention: number;
  /** Whether events are also written to standard output. */
  stream: boolean;
}

/** A day. */
const LEAST_RETENTION = 86_400;
/** A hundred years. */
const MOST_RETENTION = 3_155_760_000;

/** @throws ConfigurationError with one sentence. */
export function readAuditConfig(env: Environment): AuditConfig {
  const isForGood = env.text('MCP_AUTH_AUDIT_RETENTION') === '0';
  return {
    retention: isForGood
      ? 0
      : env.integer('MCP_AUTH_AUDIT_RETENTION', 34_560_000, LEAST_RETENTION, MOST_RETENTION),
    stream: env.choice('MCP_AUTH_AUDIT_STREAM', ['on', 'off'], 'off') === 'on',
  };
}
