import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { ABOUT, AuditFilter, type AuditSearch } from './audit-filter.js';
import { AuditEventRow } from './entities/audit-event.entity.js';

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

  /** @param before only what was written before the event of this sequence; of a time, what happened before it. */
  async page(search: AuditSearch, before?: string, size = AUDIT_PAGE_SIZE): Promise<AuditPage> {
    // Along an index in either case: that of time leads to where a search by time begins.
    const isByTime = search.since !== undefined || search.until !== undefined;
    const query = await this.filter.some(search, (events) => {
      if (isByTime) events.orderBy('e.at', 'DESC').addOrderBy('e.sequence', 'DESC');
      else events.orderBy('e.sequence', 'DESC');
      if (before !== undefined)
        events.andWhere(isByTime ? earlier(events) : 'e."sequence" < :before', { before });
      return events.limit(size + 1);
    });
    const rows = await query.getMany();
    const events = rows.slice(0, size);
    const next = rows.length > events.length ? (events.at(-1)?.sequence ?? null) : null;
    return { events, next };
  }
}

/** What happened before the event of this sequence, and at the same time was written before it. */
function earlier(events: SelectQueryBuilder<AuditEventRow>): string {
  const place = events.subQuery().select(['b."at"', 'b."sequence"']).from(AuditEventRow, 'b');
  return `(e."at", e."sequence") < ${place.where('b."sequence" = :before').getQuery()}`;
}
