import type { VerifiedAccessToken } from './verified-access-token.js';

/** A verified token as it is kept: one object of a fixed shape, which is the smallest there is. */
export class SeenToken implements VerifiedAccessToken {
  readonly tokenId: string;
  readonly grantId: string | null;
  readonly delegatedFrom: readonly string[];
  readonly userId: string | null;
  readonly clientId: string;
  readonly resource: string;
  readonly keyId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  readonly status: VerifiedAccessToken['status'];
  readonly confirmation: VerifiedAccessToken['confirmation'];
  readonly actor: VerifiedAccessToken['actor'];
  /** Private for the runtime too: whoever logs what a token proves must not log the token. */
  readonly #text: string;

  constructor(
    token: VerifiedAccessToken,
    text: string,
    /** What it weighs. */
    readonly bytes: number,
  ) {
    this.#text = text;
    this.tokenId = token.tokenId;
    this.grantId = token.grantId;
    this.delegatedFrom = token.delegatedFrom;
    this.userId = token.userId;
    this.clientId = token.clientId;
    this.resource = token.resource;
    this.keyId = token.keyId;
    this.issuedAt = token.issuedAt;
    this.expiresAt = token.expiresAt;
    this.scopes = token.scopes;
    this.status = token.status;
    this.confirmation = token.confirmation;
    this.actor = token.actor;
  }

  /** Whether this is what the token itself says, character by character. */
  isWritten(text: string): boolean {
    return this.#text === text;
  }
}
