import type { AuditEvent, AuditLog } from '../host/audit-log.js';
import { AuthorizationPendingError, OAuthError, TooManyRequestsError } from '../oauth/errors.js';

/**
 * Runs what an endpoint does, and records why it refuses. `claims` says what the request says of itself.
 * What is the server's fault is none, and a flood that is held back must not become one of events.
 */
export async function auditRefusal<Answer>(
  audit: AuditLog,
  claims: () => Omit<AuditEvent, 'outcome'>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OAuthError && isRefusal(error)) {
      const { detail, ...event } = claims();
      const { error: code, description: reason, audited } = error;
      audit.record({ ...event, outcome: 'refused', detail: { ...detail, ...audited, error: code, reason } });
    }
    throw error;
  }
}

/** To ask again whether somebody has answered is nothing that anybody decides. */
function isRefusal(error: OAuthError): boolean {
  const isNone = [TooManyRequestsError, AuthorizationPendingError].some((kind) => error instanceof kind);
  return error.getStatus() < 500 && !isNone;
}
