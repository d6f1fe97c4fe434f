import { Injectable } from '@nestjs/common';
import { RevocationView } from '../verification/revocation-view.js';
import type { BackgroundLoop } from './background-loop.js';
import { DatabaseClock } from './database-clock.js';
import { Housekeeping } from './housekeeping.js';
import { KeyRotation } from './key-rotation.js';
import { McpSigningKeys } from './mcp-signing-keys.js';
import { RevocationFeed } from './revocation-feed.js';

/** What of a replica is ready; all of it, or it should get no requests. */
export interface Readiness {
  /** It has heard lately what is revoked. */
  revocations: boolean;
  /** Its clock is within 30 s of the database's. */
  clock: boolean;
  /** It can sign. */
  signingKeys: boolean;
}

/** How this replica is, for health endpoints and metrics. None of it asks the database. */
@Injectable()
export class McpHealth {
  private readonly loops: BackgroundLoop[];

  constructor(
    feed: RevocationFeed,
    housekeeping: Housekeeping,
    rotation: KeyRotation,
    private readonly view: RevocationView,
    private readonly clock: DatabaseClock,
    private readonly keys: McpSigningKeys,
  ) {
    this.loops = [feed, housekeeping, rotation];
  }

  /** Looks after a background loop of the host's too. */
  watch(loop: BackgroundLoop): void {
    this.loops.push(loop);
  }

  /**
   * Names of the background loops that have ended no round for a minute, not even with an error. Only a new process
   * helps: this is for liveness.
   */
  stuckLoops(): string[] {
    return this.loops.filter((loop) => loop.isStuck()).map(({ name }) => name);
  }

  /** Whether it can do its work now. For readiness, beside a question to the database. */
  async readiness(): Promise<Readiness> {
    return {
      revocations: !this.view.isStale(),
      clock: this.clock.isTrusted,
      signingKeys: await this.keys.canSign(),
    };
  }

  /** Seconds by which this computer's clock is ahead of the database's; negative when it is behind. */
  get clockLead(): number {
    return this.clock.lead;
  }
}
