import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type FindOptionsWhere, LessThan } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { auditKey } from './audit-record.js';

export const AUDIT_PAGE_SIZE = 50;

/** What to look for; what is undefined matches everything. */
export interface AuditSearch {
  action?: string;
  outcome?: 'success' | 'refused';
  /** Who acted. */
  userId?: string;
  clientId?: string;
  requestId?: string;
  /** Only what was written before the event of this sequence. */
  before?: string;
}

export interface AuditPage {
  /** The newest first. */
  events: readonly AuditEventRow[];
  /** `before` of the next page; null when this is the last. */
  next: string | null;
}

/** The audit, page by page. */
@Injectable()
export class AuditReader {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  async page({ action, outcome, userId, clientId, requestId, before }: AuditSearch): Promise<AuditPage> {
    const where: FindOptionsWhere<AuditEventRow> = {
      ...(action !== undefined && { action }),
      ...(outcome !== undefined && { outcome }),
      ...(clientId !== undefined && { clientId: auditKey(clientId) }),
      ...(requestId !== undefined && { requestId }),
      ...(userId !== undefined && { userId }),
      ...(before !== undefined && { sequence: LessThan(before) }),
    };
    const rows = await this.dataSource
      .getRepository(AuditEventRow)
      .find({ where, order: { sequence: 'DESC' }, take: AUDIT_PAGE_SIZE + 1 });
    const events = rows.slice(0, AUDIT_PAGE_SIZE);
    const next = rows.length > events.length ? (events.at(-1)?.sequence ?? null) : null;
    return { events, next };
  }
}
