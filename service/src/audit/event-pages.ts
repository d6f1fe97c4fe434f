import type { EntityManager } from 'typeorm';
import { eventFacts, type EventFacts } from './audit-mac.js';
import { AuditEventRow } from './entities/audit-event.entity.js';

/** Events per question. */
const PAGE = 2_000;
const SIGNED = [
  'id',
  'at',
  'action',
  'outcome',
  'userId',
  'clientId',
  'resource',
  'address',
  'requestId',
  'detail',
];
/** As text, since the databases hand out large numbers differently. */
const NUMBERS = ['sequence', 'position', 'number'];

/** An event as a verification needs it: what it says, and what was said of it. */
export type ReadEvent = Pick<
  AuditEventRow,
  'id' | 'at' | 'position' | 'mac' | 'process' | 'number' | 'processMac'
> & {
  facts: EventFacts;
};

/** Reads all events, a page of bare rows at a time: the next one is under way while the last is looked at. */
export class EventPages {
  private readonly selection: string;

  constructor(private readonly manager: EntityManager) {
    const { schema, tableName } = manager.getRepository(AuditEventRow).metadata;
    const columns = [
      ...[...SIGNED, 'mac', 'process', 'processMac'].map((name) => `"${name}"`),
      ...NUMBERS.map((name) => `"${name}"::text AS "${name}"`),
    ];
    this.selection = `SELECT ${columns.join(', ')} FROM "${schema}"."${tableName}" e`;
  }

  /** The chain, in its order. */
  chained(): AsyncGenerator<ReadEvent> {
    return this.events('position', 'TRUE', '0');
  }

  /** What has no place in the chain yet, in the order of writing. */
  unsealed(): AsyncGenerator<ReadEvent> {
    return this.events('sequence', 'e."position" IS NULL', String(-(2n ** 63n)));
  }

  private async *events(
    order: 'position' | 'sequence',
    which: string,
    start: string,
  ): AsyncGenerator<ReadEvent> {
    const text = `${this.selection} WHERE ${which} AND e."${order}" > $1::bigint ORDER BY e."${order}" LIMIT ${PAGE}`;
    const after = (last: string) => this.manager.query<AuditEventRow[]>(text, [last]);
    let page = await after(start);
    while (page.length > 0) {
      const last = page.at(-1)?.[order] ?? start;
      const next = page.length < PAGE ? Promise.resolve([]) : after(last);
      // Whoever stops here hears of its failure no more.
      next.catch(() => undefined);
      for (const { id, at, position, mac, process, number, processMac, ...row } of page)
        yield { id, at, position, mac, process, number, processMac, facts: eventFacts({ id, at, ...row }) };
      page = await next;
    }
  }
}
