import { Injectable } from '@nestjs/common';
import { ClientRegistry } from '../clients/client-registry.js';
import { ForeignFetch, ForeignFetchError } from '../fetching/foreign-fetch.js';
import { AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import { OAuthError } from '../oauth/errors.js';
import { type DueLogout, LogoutStore, MOST_ATTEMPTS } from '../persistence/logout.store.js';
import { LogoutTokenIssuer } from '../tokens/logout-token-issuer.js';
import { McpHealth } from '../tokens/mcp-health.js';
import { Periodic } from '../tokens/periodic.js';

/** Milliseconds between two rounds, beside those that begin when a session has just ended. */
const INTERVAL = 15_000;
/** Clients that are told at once. */
const BATCH = 25;
/** Batches of a round: with three seconds each it ends before its deadline. */
const BATCHES = 8;

/** Tells clients that sign-in sessions have ended (OpenID Connect Back-Channel Logout §2.5). */
@Injectable()
export class BackchannelLogout extends Periodic {
  constructor(
    private readonly store: LogoutStore,
    private readonly clients: ClientRegistry,
    private readonly tokens: LogoutTokenIssuer,
    private readonly foreign: ForeignFetch,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    health: McpHealth,
  ) {
    super(INTERVAL);
    health.watch(this);
  }

  async round(): Promise<void> {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const due = await this.store.due(new Date(this.clock.now()), BATCH);
      await Promise.all(due.map((one) => this.tell(one)));
      if (due.length < BATCH) return;
    }
  }

  /** Whatever becomes of one client, the others hear. */
  private async tell(due: DueLogout): Promise<void> {
    const { sid, userId, clientId, attempts } = due;
    const failure = await this.send(due);
    if (failure?.isPassing && attempts < MOST_ATTEMPTS) return;
    await this.store.settled(due);
    if (failure === null) return;
    const reason = failure?.reason;
    this.audit.record({
      action: 'logout.notify',
      outcome: failure ? 'refused' : 'success',
      userId,
      clientId,
      detail: { sid, attempts, reason },
    });
  }

  /** Why the client has not heard; undefined where it has, and null where it does not want to. */
  private async send(due: DueLogout): Promise<{ reason: string; isPassing: boolean } | null | undefined> {
    try {
      const client = await this.clients.find(due.clientId);
      const uri = client?.backchannelLogoutUri;
      if (!client || client.disabled || !uri) return null;
      await this.foreign.post(uri, { logout_token: await this.tokens.sign(due) });
      return undefined;
    } catch (error) {
      if (error instanceof ForeignFetchError) return { reason: error.message, isPassing: error.isPassing };
      if (error instanceof OAuthError) return { reason: error.message, isPassing: error.getStatus() === 503 };
      throw error;
    }
  }
}
