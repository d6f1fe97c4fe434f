import { Injectable } from '@nestjs/common';
import { boundedCache } from '../oauth/bounded-cache.js';
import { CodeStore } from '../persistence/code.store.js';
import type { GrantFacts } from '../persistence/issued-token.js';
import { RefreshTokenStore } from '../persistence/refresh-token.store.js';

const MOST_TOKENS = 10_000;

/**
 * What the grant of a code or refresh token says, by SHA-256 of the token: whoever may be away is asked about it before
 * anything is consumed. What this replica issued it still knows; about the rest it asks the database. Nothing of it ever
 * changes, and nothing is decided by it: whether the grant lives, the consuming statement sees.
 */
@Injectable()
export class KnownGrants {
  private readonly known = boundedCache<string, GrantFacts>(MOST_TOKENS);

  constructor(
    private readonly codes: CodeStore,
    private readonly refreshTokens: RefreshTokenStore,
  ) {}

  remember(hash: string, facts: GrantFacts): void {
    this.known.set(hash, facts);
  }

  /** Null for an unknown code. */
  async ofCode(hash: string): Promise<GrantFacts | null> {
    return this.known.get(hash) ?? this.codes.facts(hash);
  }

  /** Null for an unknown refresh token, and for one that was used up long ago. */
  async ofRefreshToken(hash: string): Promise<GrantFacts | null> {
    return this.known.get(hash) ?? this.refreshTokens.facts(hash);
  }
}
