import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import { DEVICE_GRANT_TYPE } from '../oauth/device.js';
import { digest } from '../oauth/opaque-token.js';
import { PreRegisteredClientStore } from '../persistence/pre-registered-client.store.js';
import { IssueTimes } from '../tokens/issue-times.js';
import { staticClientSentence } from './static-client-sentence.js';

/** Milliseconds: what another replica is issuing while a client is changed is refused too. */
const IN_FLIGHT = 1_000;

/** The clients of the options that act for people, written down. */
@Injectable()
export class PreRegisteredClients {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: PreRegisteredClientStore,
    private readonly clock: Clock,
    private readonly issueTimes: IssueTimes,
  ) {}

  /** @throws Error when another client has one of their ids. */
  async check(): Promise<void> {
    const clientIds = this.settings.clients.map(({ clientId }) => clientId);
    const [taken] = await this.store.taken(clientIds);
    if (taken !== undefined)
      throw new Error(`\`clients\` names ${taken}, which is the id of another client: choose another one.`);
  }

  /** Writes them down. Sentences about what whoever starts it may not expect. */
  async save(): Promise<string[]> {
    const now = this.clock.now();
    const rows = this.settings.clients.map(({ redirectUris, devices, clientSecret, overlap, ...client }) => ({
      ...client,
      redirectUrls: redirectUris,
      grantTypes: [
        ...(redirectUris.length > 0 ? ['authorization_code'] : []),
        ...(redirectUris.length > 0 || devices ? ['refresh_token'] : []),
        ...(devices ? [DEVICE_GRANT_TYPE] : []),
      ],
      secretHash: clientSecret === null ? null : digest(clientSecret),
      previousExpiresAt: new Date(now + overlap * 1000),
    }));
    const notes = await this.store.save(rows, {
      now: new Date(now),
      issuedBefore: this.issueTimes.takeBack(IN_FLIGHT),
      lastTokenExpiresAt: new Date(now + LONGEST_ACCESS_TOKEN * 1000),
    });
    return notes.map((note) => staticClientSentence('client', note));
  }
}
