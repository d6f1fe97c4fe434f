import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { ClientSecretStore } from '../persistence/client-secret.store.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';

/** The OAuth clients, while the application runs. Every replica follows within a second. */
@Injectable()
export class McpClients {
  constructor(
    private readonly secrets: ClientSecretStore,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives a client that has a secret a new one, and answers it: it is shown once. The old one goes on working for
   * `overlap` seconds (86400 by default, 0 ends it at once); the new one ends after `expiresIn` seconds, or never.
   * Null for an unknown client, for one without a secret, and for one that the options set.
   */
  async rotateSecret(
    clientId: string,
    { overlap = 86_400, expiresIn }: { overlap?: number; expiresIn?: number } = {},
  ): Promise<string | null> {
    const now = this.clock.now();
    const secret = newOpaqueToken();
    const rotated = await this.secrets.rotate({
      clientId,
      secretHash: digest(secret),
      now: new Date(now),
      previousExpiresAt: new Date(now + overlap * 1000),
      expiresAt: expiresIn === undefined ? null : new Date(now + expiresIn * 1000),
    });
    return rotated ? secret : null;
  }

  /**
   * Ends everything a client has, and keeps it from obtaining more until it is enabled.
   * @param by whose decision that is: a user's id.
   */
  async disable(clientId: string, { by }: { by?: string } = {}): Promise<void> {
    await this.revocations.revokeClient(clientId, { disable: true, by });
  }

  /** Lets a disabled client ask again; what was revoked stays revoked. */
  async enable(clientId: string): Promise<void> {
    await this.secrets.enable(clientId, new Date(this.clock.now()));
  }
}
