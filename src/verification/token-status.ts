import type { VerifiedAccessToken } from './verified-access-token.js';

/** What is known of tokens beyond what they say themselves. */
export abstract class TokenStatus {
  /** Gets what `isRevoked` will need of a token that is seen first. */
  abstract learn(token: VerifiedAccessToken): Promise<void> | void;
  /** @throws TemporarilyUnavailableError when nobody can say at the moment. */
  abstract isRevoked(token: VerifiedAccessToken): boolean;
}
