import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { DataSource, type FindOptionsWhere, In, LessThan } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { normaliseEmail } from '../people/users.js';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { User } from '../people/entities/user.entity.js';
import { auditKey } from './audit-record.js';

export const AUDIT_PAGE_SIZE = 50;

/** What to look for; what is undefined matches everything. */
export interface AuditSearch {
  action?: string;
  outcome?: 'success' | 'refused';
  /** The email or the id of who acted. */
  person?: string;
  clientId?: string;
  requestId?: string;
  /** Only what was written before the event of this sequence. */
  before?: string;
}

export interface AuditPage {
  /** The newest first. */
  events: readonly AuditEventRow[];
  /** Those who acted, by their id. */
  people: ReadonlyMap<string, Pick<User, 'name' | 'email'>>;
  /** `before` of the next page; null when this is the last. */
  next: string | null;
}

/** The audit, page by page. */
@Injectable()
export class AuditReader {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  async page({ action, outcome, person, clientId, requestId, before }: AuditSearch): Promise<AuditPage> {
    const where: FindOptionsWhere<AuditEventRow> = {
      ...(action !== undefined && { action }),
      ...(outcome !== undefined && { outcome }),
      ...(clientId !== undefined && { clientId: auditKey(clientId) }),
      ...(requestId !== undefined && { requestId }),
      ...(person !== undefined && { userId: await this.userId(person) }),
      ...(before !== undefined && { sequence: LessThan(before) }),
    };
    const rows = await this.dataSource
      .getRepository(AuditEventRow)
      .find({ where, order: { sequence: 'DESC' }, take: AUDIT_PAGE_SIZE + 1 });
    const events = rows.slice(0, AUDIT_PAGE_SIZE);
    const next = rows.length > events.length ? (events.at(-1)?.sequence ?? null) : null;
    return { events, people: await this.people(events), next };
  }

  private async userId(person: string): Promise<string> {
    const email = normaliseEmail(person);
    const user = await this.dataSource
      .getRepository(User)
      .findOne({ select: { id: true }, where: { email } });
    return user?.id ?? person;
  }

  private async people(events: readonly AuditEventRow[]): Promise<AuditPage['people']> {
    const ids = [...new Set(events.flatMap(({ userId }) => (isUUID(userId) ? [userId ?? ''] : [])))];
    const users = await this.dataSource
      .getRepository(User)
      .find({ select: { id: true, name: true, email: true }, where: { id: In(ids) } });
    return new Map(users.map((user) => [user.id, user]));
  }
}
