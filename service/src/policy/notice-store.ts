import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager, LessThan } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { ApprovalNotice } from './entities/approval-notice.entity.js';

/** How often it is tried to tell of one kind. */
export const MOST_ATTEMPTS = 8;
/** Milliseconds until the second try; twice as long until each that follows: the last comes an hour after the first. */
const FIRST_PAUSE = 30_000;
/** Milliseconds in which the same kind is told of once. */
const REPETITION = 3_600_000;
/** Milliseconds for which it is remembered what was told. */
const MEMORY = 30 * 86_400_000;

/** A notice whose turn it is, with the number of this try. */
export type DueNotice = Pick<ApprovalNotice, 'kind' | 'id' | 'attempts'>;

/** What administrators are to be told. */
@Injectable()
export class NoticeStore {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  /** Somebody waits: it is told at once, or when an hour has passed since the same was told. */
  async add(kind: string, now: Date, manager: EntityManager): Promise<void> {
    const notices = manager.getRepository(ApprovalNotice);
    const first = { kind, id: randomUUID(), attempts: 0, dueAt: now, settledAt: null };
    const { raw } = await notices
      .createQueryBuilder()
      .insert()
      .values(first)
      .orIgnore()
      .returning('kind')
      .execute();
    if ((raw as unknown[]).length > 0) return;
    await notices
      .createQueryBuilder()
      .update()
      .set({
        id: randomUUID(),
        attempts: 0,
        dueAt: () => `greatest(:now, "settledAt" + :pause * interval '1 millisecond')`,
      })
      .where('kind = :kind AND "dueAt" IS NULL', { kind, now, pause: REPETITION })
      .execute();
  }

  /** Up to `limit` whose turn it is; no other replica gets them until they are due again, which is later each time. */
  async due(now: Date, limit: number): Promise<DueNotice[]> {
    return this.dataSource.transaction(async (manager) => {
      const notices = manager.getRepository(ApprovalNotice);
      const rows = await notices
        .createQueryBuilder('notice')
        .where('notice.dueAt <= :now', { now })
        .orderBy('notice.dueAt')
        .limit(limit)
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .getMany();
      for (const row of rows) {
        row.attempts += 1;
        row.dueAt = new Date(now.getTime() + FIRST_PAUSE * 2 ** (row.attempts - 1));
        await notices.update({ kind: row.kind }, { attempts: row.attempts, dueAt: row.dueAt });
      }
      return rows.map(({ kind, id, attempts }) => ({ kind, id, attempts }));
    });
  }

  /** It is told, given up, or of no use any more: whoever waits then is told of in an hour. */
  async settle({ kind, id, attempts }: DueNotice, now: Date): Promise<void> {
    const notices = this.dataSource.getRepository(ApprovalNotice);
    await notices.update({ kind, id, attempts }, { dueAt: null, settledAt: now });
    await notices.delete({ settledAt: LessThan(new Date(now.getTime() - MEMORY)) });
  }
}
