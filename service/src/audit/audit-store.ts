import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditEventRow } from './entities/audit-event.entity.js';
import type { AuditRecord } from './audit-record.js';

/** Writes events, and reads none. */
@Injectable()
export class AuditStore {
  private readonly insertion: string;

  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {
    const { schema, tableName } = dataSource.getRepository(AuditEventRow).metadata;
    this.insertion = `
      INSERT INTO "${schema}"."${tableName}" ("id", "at", "action", "outcome", "userId", "clientId",
        "resource", "address", "requestId", "detail")
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS e("id" uuid, "at" timestamptz, "action" text, "outcome" text,
        "userId" text, "clientId" text, "resource" text, "address" text, "requestId" text, "detail" jsonb)
      ON CONFLICT ("id") DO NOTHING`;
  }

  /** One statement, however many. What is there already, since its first answer got lost, is left as it is. */
  async insert(
    records: readonly AuditRecord[],
    manager: EntityManager = this.dataSource.manager,
  ): Promise<void> {
    await manager.query(this.insertion, [JSON.stringify(records)]);
  }
}
