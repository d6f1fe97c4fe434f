import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { AuditKeys, nameDigest } from './audit-keys.js';
import { auditKey } from './audit-record.js';

/** Somebody, by all that the audit may know them by. */
export interface SearchedPerson {
  /** Of the account: its id and its subject. Empty where there is none. */
  ids: readonly string[];
  /** What was typed, and the address as it would be stored. */
  names: readonly string[];
}

/** What to look for; what is undefined matches everything. */
export interface AuditSearch {
  action?: string;
  outcome?: 'success' | 'refused';
  /** Who acted, or whom it was done to. */
  person?: SearchedPerson;
  clientId?: string;
  requestId?: string;
  /** Not before. */
  since?: Date;
  /** Before. */
  until?: Date;
}

/** Whom an event was done to, as the index has it. */
export const ABOUT = `COALESCE(e."detail" ->> 'target', e."detail" ->> 'email', e."detail" ->> 'nameDigest')`;

/** Narrows the audit alike for the page and for every way to take it out. */
@Injectable()
export class AuditFilter {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly keys: AuditKeys,
  ) {}

  async select({ person, ...search }: AuditSearch): Promise<SelectQueryBuilder<AuditEventRow>> {
    const query = this.events(search);
    if (!person) return query;
    return query.andWhere(`(e."userId" IN (:...ids) OR ${ABOUT} IN (:...about))`, await this.about(person));
  }

  /**
   * The same for some of them: those of a person are found by an index for each name, and never along all events.
   * @param within gives an order, and says where they begin and how many they are.
   */
  async some(
    { person, ...search }: AuditSearch,
    within: (query: SelectQueryBuilder<AuditEventRow>) => SelectQueryBuilder<AuditEventRow>,
  ): Promise<SelectQueryBuilder<AuditEventRow>> {
    if (!person) return within(this.events(search));
    const names = await this.about(person);
    const arms = Object.entries({ ids: 'e."userId"', about: ABOUT }).map(([list, column]) => {
      const found = within(this.events(search).select('e."sequence"', 'sequence')).andWhere(
        `${column} = n."name"`,
      );
      // An index of names has the order of writing: in another one, all of a name are looked at.
      if (search.since || search.until) found.orderBy().limit(undefined);
      const sql = `SELECT f."sequence" FROM unnest(CAST(:${list} AS text[])) AS n ("name") CROSS JOIN LATERAL (${found.getQuery()}) f`;
      return { sql, values: found.getParameters() };
    });
    const sequences = `e."sequence" = ANY (ARRAY(${arms.map(({ sql }) => sql).join(' UNION ')}))`;
    const values = Object.assign({}, ...arms.map((arm) => arm.values)) as Record<string, unknown>;
    return within(this.events({}).where(sequences, { ...values, ...names }));
  }

  private events(search: Omit<AuditSearch, 'person'>): SelectQueryBuilder<AuditEventRow> {
    const { action, outcome, clientId, requestId, since, until } = search;
    const query = this.dataSource.getRepository(AuditEventRow).createQueryBuilder('e');
    const equal = {
      action,
      outcome,
      requestId,
      clientId: clientId === undefined ? undefined : auditKey(clientId),
    };
    for (const [column, value] of Object.entries(equal))
      if (value !== undefined) query.andWhere(`e."${column}" = :${column}`, { [column]: value });
    if (since) query.andWhere('e."at" >= :since', { since });
    if (until) query.andWhere('e."at" < :until', { until });
    return query;
  }

  /** The one of this id, whatever it is about. */
  one(id: string): Promise<AuditEventRow | null> {
    return this.dataSource.getRepository(AuditEventRow).findOneBy({ id });
  }

  private async about({ ids, names }: SearchedPerson) {
    const keys = await this.keys.opened();
    const digests = keys.flatMap(({ key }) => names.map((name) => nameDigest(key, name)));
    // Earlier versions kept addresses as they are.
    const known = [...new Set([...ids, ...names])];
    return { ids: known.map(auditKey), about: [...known, ...digests] };
  }
}
