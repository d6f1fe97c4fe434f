import { Injectable } from '@nestjs/common';
import { Clock } from 'nestjs-mcp-auth';
import type { AuditSearch, SearchedPerson } from '../audit/audit-filter.js';
import type { AuditEventRow } from '../audit/entities/audit-event.entity.js';
import { readTime } from '../config/utc-time.js';
import type { User } from './entities/user.entity.js';
import { normaliseEmail, Users } from './users.js';

/** Milliseconds of each. */
const LASTING = { '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const;

/** Until now. */
export type Period = keyof typeof LASTING;
export const PERIODS = Object.keys(LASTING) as readonly Period[];

/** What somebody asks the audit, as they write it. */
export interface AuditQuestion extends Omit<AuditSearch, 'person' | 'since' | 'until'> {
  /** The email, the id or the subject of who acted, or of whom it was done to. */
  person?: string;
  /** The later one counts of this and `since`. */
  last?: Period;
  since?: string;
  until?: string;
}

/** The audit knows people by their ids; those who ask know them by name. */
@Injectable()
export class AuditQuestions {
  constructor(
    private readonly users: Users,
    private readonly clock: Clock,
  ) {}

  async understand(question: AuditQuestion): Promise<AuditSearch> {
    const { action, outcome, person, clientId, requestId, since, until, last } = question;
    const times = [
      ...(since === undefined ? [] : [readTime(since).getTime()]),
      ...(last === undefined ? [] : [this.clock.now() - LASTING[last]]),
    ];
    return {
      action,
      outcome,
      clientId,
      requestId,
      person: person === undefined ? undefined : await this.searched(person),
      since: times.length === 0 ? undefined : new Date(Math.max(...times)),
      until: until === undefined ? undefined : readTime(until),
    };
  }

  /** Those who acted, and whom it was done to, by their id, as far as there are accounts. */
  async people(events: readonly AuditEventRow[]): Promise<ReadonlyMap<string, User>> {
    const users = await this.users.all([...new Set(events.flatMap(named))]);
    return new Map(users.flatMap((user) => [user.id, user.subject].map((id) => [id, user] as const)));
  }

  private async searched(typed: string): Promise<SearchedPerson> {
    const users = await this.users.named(typed);
    const ids = users.flatMap(({ id, subject }) => [id, subject]);
    // What happened before there was the account names the address.
    const names = [typed, normaliseEmail(typed), ...users.map(({ email }) => email)];
    return { ids: [...new Set(ids)], names: [...new Set(names)] };
  }
}

function named({ userId, detail }: AuditEventRow): string[] {
  return [userId, detail['target']].filter((id) => typeof id === 'string');
}
