import { Injectable } from '@nestjs/common';
import { type Cursor, type CursorCheck, type ListPage, listPage, PAGE_SIZE } from '../web/cursor.js';
import type { AuditEventRow } from './entities/audit-event.entity.js';
import { ABOUT, AuditFilter, type AuditSearch } from './audit-filter.js';

/** What a cursor of the audit holds: the sequence of an event. */
export const AUDIT_CURSOR: readonly CursorCheck[] = [(value) => /^\d{1,18}$/.test(value)];

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

  /** One page, the newest first. */
  async page(search: AuditSearch, cursor?: Cursor): Promise<ListPage<AuditEventRow>> {
    const query = await this.filter.select(search);
    const isBackwards = cursor?.direction === 'before';
    const [sequence] = cursor?.key ?? [];
    if (sequence !== undefined)
      query.andWhere(`e."sequence" ${isBackwards ? '>' : '<'} :sequence`, { sequence });
    const rows = await query
      .orderBy('e.sequence', isBackwards ? 'ASC' : 'DESC')
      .limit(PAGE_SIZE + 1)
      .getMany();
    return listPage(rows, cursor, ({ sequence }) => [sequence]);
  }

  /** Null for an id that no event has. */
  find(id: string): Promise<AuditEventRow | null> {
    return this.filter.one(id);
  }
}
