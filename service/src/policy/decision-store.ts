import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { ClientApproval } from './entities/client-approval.entity.js';
import { ClientDecision } from './entities/client-decision.entity.js';

/** Which decision: there is one of a kind for a person, and one for everybody. */
export type DecisionKey = Pick<ClientDecision, 'kind' | 'isClient' | 'userId'>;

/** What administrators have said of clients, where it is kept. */
@Injectable()
export class DecisionStore {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  /** All of them, the newest first; with those that replicas of an earlier version write, of single clients for everybody. */
  async all(manager: EntityManager = this.dataSource.manager): Promise<ClientDecision[]> {
    const decisions = await manager.getRepository(ClientDecision).find();
    const earlier = await manager.getRepository(ClientApproval).findBy({ approvedAt: Not(IsNull()) });
    return [...decisions, ...earlier.map(asDecision)].toSorted(
      (one, other) => other.decidedAt.getTime() - one.decidedAt.getTime(),
    );
  }

  /** Puts one in the place of the one before; that, where there was one. */
  async put(decision: ClientDecision, manager: EntityManager): Promise<ClientDecision | null> {
    const before = await this.take(decision, manager);
    await manager.getRepository(ClientDecision).insert(decision);
    return before;
  }

  /** Null where there is none. */
  async find(
    { kind, isClient, userId }: DecisionKey,
    manager: EntityManager,
  ): Promise<ClientDecision | null> {
    const found = await manager.getRepository(ClientDecision).findOneBy({ kind, isClient, userId });
    if (found || !isClient || userId !== '') return found;
    const earlier = await manager.getRepository(ClientApproval).findOneBy({ clientId: kind });
    return earlier?.approvedAt ? asDecision(earlier) : null;
  }

  /** Takes one back; null where there is none. */
  async take(key: DecisionKey, manager: EntityManager): Promise<ClientDecision | null> {
    const { kind, isClient, userId } = key;
    const found = await this.find(key, manager);
    await manager.getRepository(ClientDecision).delete({ kind, isClient, userId });
    if (isClient && userId === '') await manager.getRepository(ClientApproval).delete({ clientId: kind });
    return found;
  }

  /** Forgets that somebody agreed to a single client; whether anybody had. A refusal stays. */
  async forgetApprovals(clientId: string, manager: EntityManager): Promise<boolean> {
    const approval = { kind: clientId, isClient: true, outcome: 'approved' } as const;
    const { affected } = await manager.getRepository(ClientDecision).delete(approval);
    const { affected: earlier } = await manager.getRepository(ClientApproval).delete({ clientId });
    return (affected ?? 0) + (earlier ?? 0) > 0;
  }
}

function asDecision({ clientId, clientName, approvedAt, approvedBy }: ClientApproval): ClientDecision {
  return {
    kind: clientId,
    isClient: true,
    userId: '',
    outcome: 'approved',
    clientName,
    redirectHosts: null,
    until: null,
    decidedAt: approvedAt ?? new Date(0),
    decidedBy: approvedBy ?? '',
    atPage: true,
  };
}
