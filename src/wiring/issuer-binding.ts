import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { AuthorizationServerStore } from '../persistence/authorization-server.store.js';
import { DatabaseClock } from '../tokens/database-clock.js';

/** RFC 8414 §2: tokens, grants and keys belong to one issuer, and so the database does. */
@Injectable()
export class IssuerBinding {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly owner: AuthorizationServerStore,
    private readonly clock: DatabaseClock,
  ) {}

  /** @throws Error with one sentence where the database belongs to another issuer. */
  async check(): Promise<void> {
    refuseOtherIssuer(await this.owner.issuer(), this.settings.issuer);
  }

  /** Takes a database that belongs to nobody. @throws Error with one sentence where another issuer was quicker. */
  async claim(): Promise<void> {
    await this.owner.claim(this.settings.issuer, new Date(this.clock.now()));
    await this.check();
  }
}

/** @param owner null where the database is nobody's. @throws Error with one sentence where it is another issuer's. */
export function refuseOtherIssuer(owner: string | null, issuer: string): void {
  if (owner !== null && owner !== issuer)
    throw new Error(
      `The database belongs to the issuer ${owner}: set \`issuer\` (MCP_AUTH_ISSUER) to it, or give ${issuer} a database or a schema of its own.`,
    );
}
