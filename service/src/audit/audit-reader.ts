import { Injectable } from '@nestjs/common';
import { isISO8601 } from 'class-validator';
import { TIME } from '../config/utc-time.js';
import { type Cursor, type CursorCheck, type ListPage, listPage, PAGE_SIZE } from '../web/cursor.js';
import { ABOUT, AuditFilter, type AuditSearch } from './audit-filter.js';
import { AuditEventRow } from './entities/audit-event.entity.js';

/** What a cursor of the audit holds: when an event was, and its sequence. The event itself may be gone by now. */
export const AUDIT_CURSOR: readonly CursorCheck[] = [
  (value) => TIME.test(value) && isISO8601(value, { strict: true }),
  (value) => /^\d{1,18}$/.test(value),
];

/** Sign-ins among which one by a method is looked for. */
export const MOST_SIGN_INS = 5_000;

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

  /**
   * The last time that somebody signed in, or was refused, with each of these methods that any of the last
   * `MOST_SIGN_INS` was with: no index knows of methods.
   */
  async lastSignIns(
    outcome: 'success' | 'refused',
    methods: readonly string[],
  ): Promise<Map<string, AuditEventRow>> {
    if (methods.length === 0) return new Map();
    const query = await this.filter.select({});
    const lately = (await this.filter.select({ action: 'sign-in', outcome }))
      .orderBy('e.sequence', 'DESC')
      .limit(MOST_SIGN_INS);
    const method = `e."detail" ->> 'method'`;
    const found = await query
      .distinctOn([method])
      .innerJoin(
        `(${lately.select('e."sequence"', 'sequence').getQuery()})`,
        'l',
        'l."sequence" = e."sequence"',
      )
      .setParameters(lately.getParameters())
      .andWhere(`${method} IN (:...methods)`, { methods })
      .orderBy(method)
      .addOrderBy('e.sequence', 'DESC')
      .getMany();
    return new Map(found.map((event) => [String(event.detail['method']), event]));
  }

  /** One page, the newest first. */
  async page(search: AuditSearch, cursor?: Cursor): Promise<ListPage<AuditEventRow>> {
    // Along an index in either case: that of time leads to where a search by time begins.
    const isByTime = search.since !== undefined || search.until !== undefined;
    const isBackwards = cursor?.direction === 'before';
    const order = isBackwards ? 'ASC' : 'DESC';
    const [at, place] = cursor?.key ?? [];
    const query = await this.filter.some(search, (events) => {
      if (isByTime) events.orderBy('e.at', order).addOrderBy('e.sequence', order);
      else events.orderBy('e.sequence', order);
      if (cursor) events.andWhere(beyond(isByTime, isBackwards ? '>' : '<'), { at, place });
      return events.limit(PAGE_SIZE + 1);
    });
    return listPage(await query.getMany(), cursor, ({ at: time, sequence }) => [
      time.toISOString(),
      sequence,
    ]);
  }

  /** Null for an id that no event has. */
  find(id: string): Promise<AuditEventRow | null> {
    return this.filter.one(id);
  }
}

/** What lies on that side of a place: by time what happened then, and at the same time by writing. */
function beyond(isByTime: boolean, side: '<' | '>'): string {
  return isByTime
    ? `(e."at", e."sequence") ${side} (CAST(:at AS timestamptz), CAST(:place AS bigint))`
    : `e."sequence" ${side} :place`;
}
