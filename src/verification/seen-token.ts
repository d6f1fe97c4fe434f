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

  constructor(
    token: VerifiedAccessToken,
    /** What it weighs. */
    readonly bytes: number,
  ) {
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
}
