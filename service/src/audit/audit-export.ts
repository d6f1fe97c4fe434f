import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { And, DataSource, type FindOptionsWhere, LessThan, MoreThan, MoreThanOrEqual } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { asLink } from './audit-head.js';

/** Below every sequence that a row can have, whoever wrote it. */
const FIRST_SEQUENCE = String(-(2n ** 63n));
/** Rows that are read at once. */
const BATCH = 1_000;

/** Which events: from `since` on, and before `until`. */
export interface AuditPeriod {
  since?: Date;
  until?: Date;
}

/** One event as one line of JSON: the members and their order are for good. */
export function exportLine(event: AuditEventRow): string {
  const link = asLink(event);
  const { id, at, action, outcome, userId, clientId, resource, address, requestId, detail } = event;
  const line = {
    id,
    position: link && Number(link.position),
    at: at.toISOString(),
    action,
    outcome,
    userId,
    clientId,
    resource,
    address,
    requestId,
    detail,
    mac: link && link.mac,
    process: event.process,
    number: event.number === null ? null : Number(event.number),
    processMac: event.processMac,
  };
  return `${JSON.stringify(line)}\n`;
}

/** The whole audit, or that of a period, as JSON Lines. */
@Injectable()
export class AuditExport {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  /** In the order of writing. */
  async *lines({ since = new Date(0), until }: AuditPeriod = {}): AsyncGenerator<string> {
    const events = this.dataSource.getRepository(AuditEventRow);
    const period: FindOptionsWhere<AuditEventRow> = {
      at: until ? And(MoreThanOrEqual(since), LessThan(until)) : MoreThanOrEqual(since),
    };
    let last = FIRST_SEQUENCE;
    let rows: AuditEventRow[];
    do {
      const where = { ...period, sequence: MoreThan(last) };
      rows = await events.find({ where, order: { sequence: 'ASC' }, take: BATCH });
      for (const row of rows) yield exportLine(row);
      last = rows.at(-1)?.sequence ?? last;
    } while (rows.length === BATCH);
  }
}
