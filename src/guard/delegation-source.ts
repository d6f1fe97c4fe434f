/** An access token with which a server calls another one. */
export interface DelegatedToken {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** What a server asks for. */
export interface DelegationRequest {
  /** Identifier of the resource whose server asks. */
  from: string;
  /** The access token that it was called with. */
  subjectToken: string;
  /** Identifier of the resource that it calls. */
  resource: string;
  /** Null for all that it may have there. */
  scopes: readonly string[] | null;
}

/** Where tokens of servers are exchanged (RFC 8693): in this process, or at an issuer elsewhere. */
export abstract class DelegationSource {
  /** @throws OAuthError as the token endpoint answers. */
  abstract exchange(request: DelegationRequest): Promise<DelegatedToken>;
}
