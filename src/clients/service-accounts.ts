import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import { digest } from '../oauth/opaque-token.js';
import type { ConfiguredServiceAccount } from '../oauth/service-account.js';
import type { Transaction } from '../persistence/database.js';
import {
  type SavedServiceAccounts,
  type ServiceAccount,
  ServiceAccountStore,
} from '../persistence/service-account.store.js';
import type { StaticClientNote } from '../persistence/static-client.store.js';
import { IssueTimes } from '../tokens/issue-times.js';
import { staticClientSentence } from './static-client-sentence.js';

/** Milliseconds: what another replica is issuing while an account is changed is refused too. */
const IN_FLIGHT = 1_000;

/** Service accounts, written down: those of the options, and those that somebody enters. */
@Injectable()
export class ServiceAccounts {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: ServiceAccountStore,
    private readonly clock: Clock,
    private readonly issueTimes: IssueTimes,
  ) {}

  /** @throws Error when another client has one of the ids of the options. */
  async check(): Promise<void> {
    const clientIds = this.configured.map(({ clientId }) => clientId);
    const [taken] = await this.store.taken(clientIds, 'static');
    if (taken !== undefined)
      throw new Error(
        `\`serviceAccounts\` names ${taken}, which is the id of another client: choose another one.`,
      );
  }

  /** Writes down those of the options. Sentences about what whoever starts it may not expect. */
  async saveConfigured(): Promise<string[]> {
    const { notes } = await this.save(this.configured, 'static');
    const named = this.configured.map(({ clientId }) => clientId);
    const unnamed = (await this.store.list())
      .filter(
        ({ clientId, source, disabled }) => source === 'static' && !disabled && !named.includes(clientId),
      )
      .map(({ clientId }): StaticClientNote => ({ clientId, what: 'unnamed', until: null }));
    return [...unnamed, ...notes].map((note) => staticClientSentence('service account', note));
  }

  /** A secret that the options replace goes on working for its overlap; one that somebody enters replaces it at once. */
  save(
    accounts: readonly ConfiguredServiceAccount[],
    source: ServiceAccount['source'],
    transaction?: Transaction,
  ): Promise<SavedServiceAccounts> {
    const now = this.clock.now();
    const rows = accounts.map(({ clientSecret, scopes, resources, overlap, ...account }) => ({
      ...account,
      secretHash: clientSecret === null ? null : digest(clientSecret),
      scopeCeiling: scopes,
      resourceCeiling: resources,
      previousExpiresAt: source === 'static' ? new Date(now + overlap * 1000) : null,
    }));
    const times = {
      now: new Date(now),
      issuedBefore: this.issueTimes.takeBack(IN_FLIGHT),
      lastTokenExpiresAt: new Date(now + LONGEST_ACCESS_TOKEN * 1000),
    };
    return this.store.save(rows, source, times, transaction);
  }

  private get configured(): readonly ConfiguredServiceAccount[] {
    return this.settings.serviceAccounts ?? [];
  }
}
