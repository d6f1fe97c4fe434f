import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, McpHealth } from 'nestjs-mcp-auth';
import { ForeignFetch, ForeignFetchError, Periodic } from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import { ApprovalWebhookConfig } from '../config/approval-webhook-config.js';
import { PublicAddress } from '../config/public-address.js';
import { HealthSignals } from '../operations/health-signals.js';
import { type DueNotice, MOST_ATTEMPTS, NoticeStore } from './notice-store.js';
import { WaitingApplications } from './waiting-applications.js';
import { signedHeaders } from './webhook-signature.js';

/** Milliseconds between two rounds, beside those that begin when somebody has just begun to wait. */
const INTERVAL = 15_000;
/** Messages of a round: with three seconds each, one after the other, it ends before its deadline. */
const BATCH = 8;

/** Tells administrators by a webhook that somebody waits for an application. */
@Injectable()
export class ApprovalNotices extends Periodic implements BeforeApplicationShutdown {
  private readonly foreign: ForeignFetch;
  /** Whether the last message arrived. */
  private isWell = true;

  constructor(
    private readonly store: NoticeStore,
    private readonly waitingApplications: WaitingApplications,
    private readonly config: ApprovalWebhookConfig,
    private readonly address: PublicAddress,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    signals: HealthSignals,
    health: McpHealth,
  ) {
    super(INTERVAL);
    this.foreign = new ForeignFetch(config);
    if (!config.target) return;
    health.watch(this);
    signals.watch('approval webhook', () => this.isWell);
  }

  /** Begins where somebody is to be told. */
  override start(): void {
    if (this.config.target) super.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
    await this.foreign.close();
  }

  /** Somebody waits for a kind of clients; told with the transaction that notes it. */
  async waiting(kind: string, now: Date, manager: EntityManager): Promise<void> {
    if (this.config.target) await this.store.add(kind, now, manager);
  }

  async round(): Promise<void> {
    const { target } = this.config;
    if (!target) return;
    for (const due of await this.store.due(new Date(this.clock.now()), BATCH)) await this.tell(due, target);
  }

  private async tell(due: DueNotice, { url, key }: { url: string; key: Buffer }): Promise<void> {
    const { kind, id, attempts } = due;
    const data = await this.waitingApplications.ofKind(kind);
    // Decided meanwhile.
    if (!data) return this.store.settle(due, new Date(this.clock.now()));
    const failure = await this.send(id, data, url, key);
    this.isWell = !failure;
    if (failure && attempts < MOST_ATTEMPTS) return;
    await this.store.settle(due, new Date(this.clock.now()));
    if (failure) this.logger.warn(`Nobody was told that somebody waits for approval: ${failure.message}`);
    this.audit.record({
      action: 'client.notify',
      outcome: failure ? 'refused' : 'success',
      detail: { kind, message: id, attempts, ...(failure && { reason: failure.message }) },
    });
  }

  /** Null where it is told. */
  private async send(id: string, data: object, url: string, key: Buffer): Promise<ForeignFetchError | null> {
    const now = this.clock.now();
    const page = `${this.address.issuer}/admin/access/applications`;
    const message = {
      type: 'approval.requested',
      timestamp: new Date(now).toISOString(),
      data: { ...data, page },
    };
    const body = JSON.stringify(message);
    try {
      await this.foreign.postJson(url, body, signedHeaders(`msg_${id}`, now, body, key));
      return null;
    } catch (error) {
      if (error instanceof ForeignFetchError) return error;
      throw error;
    }
  }
}
