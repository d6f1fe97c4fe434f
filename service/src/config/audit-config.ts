import type { Environment } from './environment.js';
import { choice, wholeNumber } from './variable.js';

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

export const AUDIT_VARIABLES = {
  retention: wholeNumber('MCP_AUTH_AUDIT_RETENTION', {
    is: `seconds [the audit](../how-to/audit.md) is kept`,
    from: LEAST_RETENTION,
    to: MOST_RETENTION,
    zero: 'for good',
    fallback: 34_560_000,
  }),
  stream: choice('MCP_AUTH_AUDIT_STREAM', ['on', 'off'], {
    is: 'events of the audit to standard output, too',
    fallback: 'off',
  }),
};

/** @throws ConfigurationError with one sentence. */
export function readAuditConfig(env: Environment): AuditConfig {
  const retention = env.get(AUDIT_VARIABLES.retention);
  return { retention, stream: env.get(AUDIT_VARIABLES.stream) === 'on' };
}
