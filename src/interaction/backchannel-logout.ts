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
import { LogoutHosts } from './logout-hosts.js';

/** Milliseconds between two rounds, beside those that begin when a session has just ended. */
const INTERVAL = 15_000;
/** Clients that are told at once. */
const BATCH = 25;
/** Batches of a round: with three seconds each it ends before its deadline. */
const BATCHES = 8;

/** Why a client has not heard. */
class Unheard {
  constructor(
    readonly reason: string,
    readonly isPassing: boolean,
  ) {}
}

/** Tells clients that sign-in sessions have ended (OpenID Connect Back-Channel Logout §2.5). */
@Injectable()
export class BackchannelLogout extends Periodic {
  constructor(
    private readonly store: LogoutStore,
    private readonly clients: ClientRegistry,
    private readonly tokens: LogoutTokenIssuer,
    private readonly foreign: ForeignFetch,
    private readonly hosts: LogoutHosts,
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
    if (due.isLost) return this.record(due, 'It is not known to have heard in time.');
    const outcome = await this.send(due);
    if (typeof outcome === 'number') return this.store.postpone(due, new Date(this.clock.now() + outcome));
    if (outcome instanceof Unheard && outcome.isPassing && due.attempts < MOST_ATTEMPTS) return;
    await this.store.settled(due);
    if (outcome !== 'unwanted') this.record(due, outcome instanceof Unheard ? outcome.reason : undefined);
  }

  private record({ sid, userId, clientId, attempts }: DueLogout, reason: string | undefined): void {
    const outcome = reason === undefined ? 'success' : 'refused';
    const detail = { sid, attempts, reason };
    this.audit.record({ action: 'logout.notify', outcome, userId, clientId, detail });
  }

  /** What became of it; or in how many milliseconds it is this client's turn. */
  private async send(due: DueLogout): Promise<'heard' | 'unwanted' | Unheard | number> {
    try {
      const client = await this.clients.find(due.clientId);
      const uri = client?.backchannelLogoutUri;
      if (!client || client.disabled || !uri) return 'unwanted';
      const trusted = client.source === 'static' || client.source === 'administrator';
      const wait = await this.hosts.inTurn(uri, trusted, async () =>
        this.foreign.post(uri, { logout_token: await this.tokens.sign(due) }),
      );
      return wait || 'heard';
    } catch (error) {
      if (error instanceof ForeignFetchError) return new Unheard(error.message, error.isPassing);
      if (error instanceof OAuthError) return new Unheard(error.message, error.getStatus() === 503);
      throw error;
    }
  }
}
