import { Injectable } from '@nestjs/common';
import type { PolicyClient } from '../host/authorization-policy.js';
import { Clock } from '../host/clock.js';
import { type OAuthClient, SECRET_OVERLAP } from '../oauth/client.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { isStorable } from '../oauth/storable-text.js';
import { ClientSecretStore } from '../persistence/client-secret.store.js';
import type { Transaction } from '../persistence/database.js';
import { ClientStore } from '../persistence/client.store.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';
import { ClientRegistry } from './client-registry.js';

/** Clients that one redirect URI may name. */
const MOST_NAMED = 100;

/** A client as the policy is asked about it, and where it may be sent back to. */
export interface KnownClient extends PolicyClient {
  /** As they are registered, or stand in its metadata document now. */
  readonly redirectUris: readonly string[];
  /** Whether it is refused whatever it asks. */
  readonly disabled: boolean;
}

/** The OAuth clients, while the application runs. Every replica follows within a second. */
@Injectable()
export class McpClients {
  constructor(
    private readonly registry: ClientRegistry,
    private readonly store: ClientStore,
    private readonly secrets: ClientSecretStore,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
  ) {}

  /**
   * The client of this id, and those that are registered with this redirect URI, the newest first: 100 at most.
   * @throws OAuthError when a metadata document of that id cannot be had.
   */
  async named(idOrRedirectUri: string): Promise<KnownClient[]> {
    const ids = isStorable(idOrRedirectUri)
      ? await this.store.findByRedirect(idOrRedirectUri, MOST_NAMED)
      : [];
    const found = await Promise.all(ids.map((id) => this.registry.find(id)));
    // A redirect URI looks like the id of a document, and must not be fetched for that.
    const clients = ids.length > 0 ? found : [await this.registry.find(idOrRedirectUri)];
    return clients.flatMap((client) => (client ? describe(client) : []));
  }

  /**
   * Gives a client that has a secret a new one, and answers it: it is shown once. The old one goes on working for
   * `overlap` seconds (86400 by default, 0 ends it at once); the new one ends after `expiresIn` seconds, or never.
   * Null for an unknown client, for one without a secret, and for one that the options set.
   * @param transaction of the host's, on the module's DataSource: the new one works when it commits.
   */
  async rotateSecret(
    clientId: string,
    { overlap = SECRET_OVERLAP, expiresIn }: { overlap?: number; expiresIn?: number } = {},
    transaction?: Transaction,
  ): Promise<string | null> {
    const now = this.clock.now();
    const secret = newOpaqueToken();
    const rotation = {
      clientId,
      secretHash: digest(secret),
      now: new Date(now),
      previousExpiresAt: new Date(now + overlap * 1000),
      expiresAt: expiresIn === undefined ? null : new Date(now + expiresIn * 1000),
    };
    const rotated = await this.secrets.rotate(rotation, transaction);
    return rotated ? secret : null;
  }

  /**
   * Ends everything a client has, and keeps it from obtaining more until it is enabled.
   * @param by whose decision that is: a user's id.
   */
  async disable(clientId: string, { by }: { by?: string } = {}): Promise<void> {
    await this.revocations.revokeClient(clientId, { disable: true, by });
  }

  /**
   * Lets a disabled client ask again; what was revoked stays revoked.
   * @param transaction of the host's, on the module's DataSource: it may when that commits.
   */
  async enable(clientId: string, transaction?: Transaction): Promise<void> {
    await this.secrets.enable(clientId, new Date(this.clock.now()), transaction);
  }
}

function describe({ clientId, name, source, redirectUris, disabled }: OAuthClient): KnownClient {
  return { clientId, name, source, redirectUris, disabled };
}
