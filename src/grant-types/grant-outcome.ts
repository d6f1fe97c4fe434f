import { Injectable } from '@nestjs/common';
import { AuditLog } from '../host/audit-log.js';
import {
  EndedGrantError,
  InvalidClientError,
  InvalidGrantError,
  InvalidScopeError,
  InvalidTargetError,
  TemporarilyUnavailableError,
} from '../oauth/errors.js';
import type { Refusal } from '../persistence/issued-token.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';
import type { Asked } from './grant-admission.js';

/** What follows from a redemption or rotation that issued nothing. */
@Injectable()
export class GrantOutcome {
  constructor(
    private readonly revocations: McpRevocations,
    private readonly audit: AuditLog,
  ) {}

  /** Turns a refusal into its error; a replay has ended the grant (RFC 9700 §4.5.2, §4.14.2). */
  refuse(refusal: Refusal | null, asked: Asked, what: string): never {
    if (refusal) this.revocations.noteEnded(refusal.ended);
    switch (refusal?.outcome) {
      case 'target':
        throw new InvalidTargetError('The resource is not the one that was granted.');
      case 'scope':
        throw new InvalidScopeError('The scope exceeds what was granted.');
      case 'disabled':
        throw new InvalidClientError();
      case 'unreadable':
        throw new TemporarilyUnavailableError('Another version of this server has to answer this.');
      case 'refused':
        throw new EndedGrantError('reason' in asked ? asked.reason : 'This access is not allowed any more.');
      case 'replayed': {
        const { grantId } = refusal;
        this.audit.record({ action: 'token.replay', outcome: 'refused', detail: { grantId, what } });
      }
    }
    // One sentence for every other reason, so that a guess teaches nothing.
    const RefusalError = refusal && refusal.outcome !== 'mismatch' ? EndedGrantError : InvalidGrantError;
    throw new RefusalError(`The ${what} is invalid, expired, revoked or was issued for another request.`);
  }
}
