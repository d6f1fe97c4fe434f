import { Injectable } from '@nestjs/common';
import type { AuditEventRow } from './entities/audit-event.entity.js';
import { ABOUT, AuditFilter, type AuditSearch } from './audit-filter.js';

export const AUDIT_PAGE_SIZE = 50;

export interface AuditPage {
  /** The newest first. */
  events: readonly AuditEventRow[];
  /** `before` of the next page; null when this is the last. */
  next: string | null;
}

/** The audit, page by page. */
@Injectable()
export class AuditReader {
  constructor(private readonly filter: AuditFilter) {}

  /** What was done to an account, the newest first. */
  async doneTo(target: string, actions: readonly string[], most: number): Promise<AuditEventRow[]> {
    const query = await this.filter.select({ outcome: 'success' });
    return query
      .andWhere(`${ABOUT} = :target AND e."action" IN (:...actions)`, { target, actions })
      .orderBy('e.sequence', 'DESC')
      .limit(most)
      .getMany();
  }

  /** The last time that somebody signed in, or was refused, with one of these methods; null where nobody was. */
  async lastSignIn(
    outcome: 'success' | 'refused',
    methods: readonly string[],
  ): Promise<AuditEventRow | null> {
    const query = await this.filter.select({ action: 'sign-in', outcome });
    return query
      .andWhere(`e."detail" ->> 'method' IN (:...methods)`, { methods })
      .orderBy('e.sequence', 'DESC')
      .limit(1)
      .getOne();
  }

  /** @param before only what was written before the event of this sequence. */
  async page(search: AuditSearch, before?: string): Promise<AuditPage> {
    const query = await this.filter.select(search);
    if (before !== undefined) query.andWhere('e."sequence" < :before', { before });
    const rows = await query
      .orderBy('e.sequence', 'DESC')
      .limit(AUDIT_PAGE_SIZE + 1)
      .getMany();
    const events = rows.slice(0, AUDIT_PAGE_SIZE);
    const next = rows.length > events.length ? (events.at(-1)?.sequence ?? null) : null;
    return { events, next };
  }
}
