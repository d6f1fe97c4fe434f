export type RevocationKind = 'token' | 'grant' | 'user' | 'client' | 'key';

/** Tokens of `subject` that were issued up to `issuedBefore` are dead. Times in milliseconds since the epoch. */
export interface RevocationRecord {
  kind: RevocationKind;
  /** Id of the token (`jti`), grant, user, client or key (`kid`). */
  subject: string;
  issuedBefore: number;
  /** When no token that it could match is left. */
  expiresAt: number;
}
