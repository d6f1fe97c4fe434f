import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, MoreThan } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpHealth } from 'nestjs-mcp-auth';
import { Periodic } from 'nestjs-mcp-auth/service-kit';
import { AuditEventRow } from '../../audit/entities/audit-event.entity.js';
import { User } from '../../people/entities/user.entity.js';
import { CountedUntil } from './entities/counted-until.entity.js';
import { DailyActive } from './entities/daily-active.entity.js';
import { DailyCount } from './entities/daily-count.entity.js';

/** Milliseconds between two rounds. */
const INTERVAL = 60_000;
/** Events of one statement. */
const BATCH = 20_000;
/** Batches of one round, within its deadline: what is left comes with the next. */
const MOST_BATCHES = 20;
const DAY = 86_400_000;
/** Days that are shown, the present one among them. */
export const DAYS = 30;

/** What is counted, by day. */
export const METRICS = ['sign-ins', 'people', 'connections', 'clients', 'tokens', 'refused'] as const;

export type Metric = (typeof METRICS)[number];

/** Of each metric the count of each day, the oldest day first. */
export interface Counts {
  days: readonly string[];
  counts: Readonly<Record<Metric, readonly number[]>>;
}

/**
 * What happened on each day. The audit is read once, along its chain: an event has its place when it is committed, and none
 * comes before it later. A person is counted by their subject, whom a sign-in names by the id of the account. One replica
 * counts at a time.
 */
@Injectable()
export class DailyCounts extends Periodic implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly statement: string;
  private hasBegun = false;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
    health: McpHealth,
  ) {
    super(INTERVAL);
    health.watch(this);
    const [event, until, active, count, user] = [
      AuditEventRow,
      CountedUntil,
      DailyActive,
      DailyCount,
      User,
    ].map((entity) => {
      const { schema, tableName } = dataSource.getRepository(entity).metadata;
      return `"${schema}"."${tableName}"`;
    });
    this.statement = `
      WITH begun AS MATERIALIZED (
        SELECT "position" FROM ${until} FOR UPDATE SKIP LOCKED
      ), batch AS MATERIALIZED (
        SELECT "position", ("at" AT TIME ZONE 'UTC')::date AS "day", "action", "outcome", "userId", "clientId",
          "detail"->>'grantType' AS "grantType"
        FROM ${event} WHERE "position" > (SELECT "position" FROM begun) ORDER BY "position" LIMIT $1
      ), signed AS (
        SELECT DISTINCT b."day", 'people' AS "metric", u."subject" AS "id" FROM batch b JOIN ${user} u
          ON u."id" = CASE WHEN b."userId" ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN b."userId"::uuid END
        WHERE b."action" = 'sign-in' AND b."outcome" = 'success'
      ), named AS (
        SELECT "day", "metric", "id" FROM batch CROSS JOIN LATERAL (VALUES
          ('sign-ins', "action" = 'sign-in' AND "outcome" = 'success', NULL),
          ('tokens', "action" = 'token.issue' AND "outcome" = 'success', NULL),
          ('refused', "action" = 'token.issue' AND "outcome" = 'refused', NULL),
          ('connections', "action" = 'token.issue' AND "outcome" = 'success'
            AND "grantType" IN ('authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'), NULL),
          ('people', "action" = 'token.issue' AND "outcome" = 'success' AND "userId" IS NOT NULL, "userId"),
          ('clients', "action" = 'token.issue' AND "outcome" = 'success' AND "clientId" IS NOT NULL, "clientId")
        ) AS m("metric", "applies", "id") WHERE "applies"
      ), seen AS (
        INSERT INTO ${active} ("day", "metric", "id")
        SELECT DISTINCT "day", "metric", "id" FROM named WHERE "id" IS NOT NULL UNION SELECT * FROM signed
        ON CONFLICT DO NOTHING RETURNING "day", "metric"
      ), counted AS (
        INSERT INTO ${count} AS c ("day", "metric", "count")
        SELECT "day", "metric", count(*)::integer FROM (
          SELECT "day", "metric" FROM named WHERE "id" IS NULL UNION ALL SELECT "day", "metric" FROM seen
        ) AS each GROUP BY "day", "metric"
        ON CONFLICT ("day", "metric") DO UPDATE SET "count" = c."count" + EXCLUDED."count"
      ), forgotten AS (
        DELETE FROM ${active} WHERE "day" < $2::date
      ), moved AS (
        UPDATE ${until} SET "position" = (SELECT max("position") FROM batch) WHERE EXISTS (SELECT 1 FROM batch)
      )
      SELECT count(*)::integer AS "events" FROM batch`;
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** Counts what is new. */
  async round(): Promise<void> {
    if (!this.hasBegun) await this.begin();
    for (let batches = 0; batches < MOST_BATCHES; batches++) if ((await this.batch()) < BATCH) return;
  }

  /** The last 30 days. */
  async last(): Promise<Counts> {
    const days = Array.from({ length: DAYS }, (_, index) => this.day(DAYS - 1 - index));
    const rows = await this.dataSource.getRepository(DailyCount).findBy({ day: MoreThan(this.day(DAYS)) });
    const known = new Map(rows.map(({ day, metric, count }) => [`${day} ${metric}`, count]));
    const of = (metric: Metric) => days.map((day) => known.get(`${day} ${metric}`) ?? 0);
    const counts = Object.fromEntries(METRICS.map((metric) => [metric, of(metric)]));
    return { days, counts: counts as Record<Metric, number[]> };
  }

  /** At the beginning of the audit, unless a replica has counted before. */
  private async begin(): Promise<void> {
    const until = this.dataSource.getRepository(CountedUntil).createQueryBuilder().insert();
    await until.values({ one: true, position: '0' }).orIgnore().execute();
    this.hasBegun = true;
  }

  private async batch(): Promise<number> {
    // What was seen is needed for late events alone.
    const values = [BATCH, this.day(3)];
    const [row] = await this.dataSource.query<{ events: number }[]>(this.statement, values);
    return row?.events ?? 0;
  }

  private day(before: number): string {
    return new Date(this.clock.now() - before * DAY).toISOString().slice(0, 10);
  }
}
