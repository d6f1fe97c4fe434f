import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { AuditProcess } from './entities/audit-process.entity.js';
import type { AuditRecord } from './audit-record.js';
import type { ProcessMark, ProcessStatement } from './process-signer.js';

/** An event with what its process signs it with. */
export type MarkedRecord = AuditRecord & ProcessMark;

/** What became of a transaction; null when the database knows no more. */
export type TransactionEnd = 'in progress' | 'committed' | 'aborted' | null;

/** Writes events, and reads none. */
@Injectable()
export class AuditStore {
  private readonly insertion: string;
  private readonly statement: string;

  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {
    const [event, process] = [AuditEventRow, AuditProcess].map((entity) => {
      const { schema, tableName } = dataSource.getRepository(entity).metadata;
      return `"${schema}"."${tableName}"`;
    });
    this.insertion = `
      INSERT INTO ${event} ("id", "at", "action", "outcome", "userId", "clientId",
        "resource", "address", "requestId", "detail", "process", "number", "processMac")
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS e("id" uuid, "at" timestamptz, "action" text, "outcome" text,
        "userId" text, "clientId" text, "resource" text, "address" text, "requestId" text, "detail" jsonb,
        "process" uuid, "number" bigint, "processMac" text)
      ON CONFLICT ("id") DO NOTHING`;
    this.statement = `
      INSERT INTO ${process} AS p ("id", "generation", "version", "startedAt", "last", "pending", "voids",
        "statedAt", "endedAt", "mac")
      VALUES ($2, $3, $4, $5, $6, $7::bigint[], $8::bigint[], $9, $10, $11)
      ON CONFLICT ("id") DO UPDATE SET "last" = EXCLUDED."last", "pending" = EXCLUDED."pending",
        "voids" = EXCLUDED."voids", "statedAt" = EXCLUDED."statedAt", "endedAt" = EXCLUDED."endedAt",
        "mac" = EXCLUDED."mac"`;
  }

  /**
   * Events, and what their process says of their numbers: one statement, however many. What is there already, since its
   * first answer got lost, is left as it is.
   */
  async insert(
    records: readonly MarkedRecord[],
    process: string,
    statement: ProcessStatement,
    mac: string,
  ): Promise<void> {
    const { generation, version, startedAt, last, pending, voids, statedAt, endedAt } = statement;
    await this.dataSource.query(`WITH stated AS (${this.statement}) ${this.insertion}`, [
      JSON.stringify(records),
      process,
      generation,
      version,
      startedAt,
      last,
      pending,
      voids,
      statedAt,
      endedAt,
      mac,
    ]);
  }

  /** One event in a transaction, by whose id it can be told later what became of both. */
  async insertIn(manager: EntityManager, record: MarkedRecord): Promise<string> {
    const insertion = `${this.insertion} RETURNING pg_current_xact_id()::text AS "transaction"`;
    const [row] = await manager.query<{ transaction: string }[]>(insertion, [JSON.stringify([record])]);
    if (!row) throw new Error('An event was in the audit before it happened.');
    return row.transaction;
  }

  async ends(transactions: readonly string[]): Promise<ReadonlyMap<string, TransactionEnd>> {
    // A database that was restored to an earlier time has never heard of some.
    const rows = await this.dataSource.query<{ transaction: string; status: TransactionEnd }[]>(
      `SELECT t AS "transaction", CASE WHEN t::xid8 < pg_snapshot_xmax(pg_current_snapshot())
        THEN pg_xact_status(t::xid8) END AS "status" FROM unnest($1::text[]) AS t`,
      [transactions],
    );
    return new Map(rows.map(({ transaction, status }) => [transaction, status]));
  }
}
