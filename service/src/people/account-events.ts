import { Injectable } from '@nestjs/common';
import { AuditReader } from '../audit/audit-reader.js';
import type { AuditEventRow } from '../audit/entities/audit-event.entity.js';
import type { ServiceAction } from '../audit/service-event.js';

/** What somebody must hear of when it is done to their account: who has their address elsewhere was not asked. */
const TOLD = [
  'account.link',
  'account.unlink',
  'account.merge',
  'account.details',
  'account.role',
  'account.disable',
  'account.enable',
  'account.reset',
  'account.password',
  'account.sign-out',
  'account.disconnect',
] as const satisfies readonly ServiceAction[];
/** Events that are shown. */
const MOST_SHOWN = 20;

/** Something that was done to an account. */
export interface AccountEvent extends Pick<AuditEventRow, 'id' | 'at' | 'detail'> {
  action: (typeof TOLD)[number];
  /** An administrator, the person themselves or their provider, or a command of whoever runs the service. */
  by: 'administrator' | 'person' | 'command';
}

/** Tells people what was done to their account, as the audit has it. */
@Injectable()
export class AccountEvents {
  constructor(private readonly audit: AuditReader) {}

  /** The newest first, 20 at most. */
  async ofUser(userId: string): Promise<AccountEvent[]> {
    const rows = await this.audit.doneTo(userId, TOLD, MOST_SHOWN);
    return rows.map(({ id, at, action, detail, userId: by }) => ({
      id,
      at,
      detail,
      action: action as AccountEvent['action'],
      by: by === userId ? 'person' : by === null ? 'command' : 'administrator',
    }));
  }
}
