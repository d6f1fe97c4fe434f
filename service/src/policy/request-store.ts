import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import {
  ArrayContains,
  DataSource,
  type EntityManager,
  type FindOperator,
  LessThan,
  MoreThan,
} from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, type PolicyQuestion } from 'nestjs-mcp-auth';
import { kindsOf } from '../config/client-selector.js';
import {
  type Cursor,
  type CursorCheck,
  isTimeKey,
  type ListPage,
  listPage,
  PAGE_SIZE,
} from '../web/cursor.js';
import type { DecisionKey } from './decision-store.js';
import { ApprovalRequest } from './entities/approval-request.entity.js';

/** Milliseconds for which a client waits for approval. */
const PATIENCE = 14 * 86_400_000;
/** Clients that one person can wait for at once. */
const MOST_REQUESTS = 20;
/** Requests of one kind that are shown. */
const MOST_SHOWN = 200;

/** What a cursor of `kinds` holds: when a kind was asked for last, and the kind. */
export const WAITING_CURSOR: readonly CursorCheck[] = [isTimeKey, () => true];

/** Clients of one kind that somebody waits for. */
export interface WaitingKind {
  kind: string;
  clients: number;
  people: number;
  requestedAt: Date;
  /** The newest request, as an example. */
  newest: ApprovalRequest;
}

/** Who waits for which clients. */
@Injectable()
export class RequestStore {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Notes that somebody wants to use a client at a server; of one person, so many at a time.
   * @param tell is called of a kind that was not known of them, in the transaction that notes it.
   * @returns whether it was news.
   */
  async note(
    { client, redirectUri, account, resource }: PolicyQuestion,
    tell: (kind: string, now: Date, manager: EntityManager) => Promise<void>,
  ): Promise<boolean> {
    // Nobody waits where no browser is.
    if (account === null || redirectUri === null) return false;
    const { clientId, name: clientName } = client;
    const kinds = kindsOf({ client, redirectUri });
    const [kind = clientId] = kinds;
    const id = createHash('sha256')
      .update(JSON.stringify([clientId, account.id, resource]))
      .digest('base64url');
    const seen = { id, clientId, userId: account.id, resource, redirectUri, kind, kinds };
    // The page that waits asks again and again.
    const known = await this.find(id);
    if (known?.clientName === clientName && known.redirectUri === redirectUri) return false;
    return this.dataSource.transaction(async (manager) => {
      const now = this.clock.now();
      const requests = manager.getRepository(ApprovalRequest);
      await requests.delete({ requestedAt: LessThan(new Date(now - PATIENCE)) });
      if (!known && (await requests.countBy({ userId: account.id })) >= MOST_REQUESTS) return false;
      await requests.upsert({ ...seen, clientName, requestedAt: new Date(now) }, ['id']);
      if (known?.kind !== kind) await tell(kind, new Date(now), manager);
      return true;
    });
  }

  /** How many kinds of clients somebody waits for. */
  async count(): Promise<number> {
    const { count } = (await this.dataSource
      .getRepository(ApprovalRequest)
      .createQueryBuilder('request')
      .select('count(DISTINCT request.kind)::integer', 'count')
      .where('request.requestedAt > :since', { since: this.oldest })
      .getRawOne<{ count: number }>()) ?? { count: 0 };
    return count;
  }

  /** One page of the kinds that somebody waits for, those that were asked for last first. */
  async kinds(cursor?: Cursor): Promise<ListPage<WaitingKind>> {
    const isBackwards = cursor?.direction === 'before';
    const order = isBackwards ? 'ASC' : 'DESC';
    const query = this.dataSource
      .getRepository(ApprovalRequest)
      .createQueryBuilder('request')
      .select('request.kind', 'kind')
      .addSelect('count(DISTINCT request.clientId)::integer', 'clients')
      .addSelect('count(DISTINCT request.userId)::integer', 'people')
      .addSelect('max(request.requestedAt)', 'requestedAt')
      .addSelect('max(request.requestedAt)::text', 'at')
      .addSelect('(array_agg(to_jsonb(request) ORDER BY request.requestedAt DESC))[1]', 'newest')
      .where('request.requestedAt > :since', { since: this.oldest })
      .groupBy('request.kind')
      .orderBy('max(request.requestedAt)', order)
      .addOrderBy('request.kind', order)
      .limit(PAGE_SIZE + 1);
    if (cursor) {
      const [at, kind] = cursor.key;
      const place = '(CAST(:at AS timestamptz), CAST(:kind AS text))';
      query.having(`(max(request.requestedAt), request.kind) ${isBackwards ? '>' : '<'} ${place}`, {
        at,
        kind,
      });
    }
    const rows = await query.getRawMany<WaitingKind & { at: string }>();
    return listPage(rows, cursor, ({ at, kind }) => [at, kind]);
  }

  /** Null where nobody waits any more. */
  find(id: string): Promise<ApprovalRequest | null> {
    return this.dataSource.getRepository(ApprovalRequest).findOneBy({ id, requestedAt: this.inTime });
  }

  /** What one person waits for, the last first. */
  ofPerson(userId: string): Promise<ApprovalRequest[]> {
    return this.dataSource
      .getRepository(ApprovalRequest)
      .find({ where: { userId, requestedAt: this.inTime }, order: { requestedAt: 'DESC' } });
  }

  /** Those that wait for clients of one kind, the newest first: 200 at most. */
  ofKind(kind: string): Promise<ApprovalRequest[]> {
    return this.dataSource
      .getRepository(ApprovalRequest)
      .find({ where: { kind, requestedAt: this.inTime }, order: { requestedAt: 'DESC' }, take: MOST_SHOWN });
  }

  /**
   * Of whoever waits for a client or a kind, what is decided now; how many there were.
   * @param clientId of the client that somebody has looked at; null where nobody has.
   */
  async settle(
    { kind, isClient, userId }: DecisionKey,
    clientId: string | null,
    manager: EntityManager,
  ): Promise<number> {
    const person = userId === '' ? {} : { userId };
    const { affected } = await manager
      .getRepository(ApprovalRequest)
      .createQueryBuilder()
      .delete()
      .where([
        ...(clientId === null ? [] : [{ clientId, ...person }]),
        ...(isClient
          ? []
          : [
              { kind, ...person },
              { kinds: ArrayContains([kind]), ...person },
            ]),
      ])
      .execute();
    return affected ?? 0;
  }

  /** Nobody waits for what is not there. */
  async forgetClient(clientId: string, manager: EntityManager = this.dataSource.manager): Promise<boolean> {
    const { affected } = await manager.getRepository(ApprovalRequest).delete({ clientId });
    return (affected ?? 0) > 0;
  }

  /** Those that are over go with the next that is noted. */
  private get inTime(): FindOperator<Date> {
    return MoreThan(this.oldest);
  }

  private get oldest(): Date {
    return new Date(this.clock.now() - PATIENCE);
  }
}
