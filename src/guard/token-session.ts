import type { Actor } from '../oauth/actor.js';
import type { AccessTokenClaims } from '../oauth/access-token.js';
import { accessTokenClaims } from '../verification/encoded-access-token.js';
import type { TokenWatch } from '../verification/token-watch.js';
import type { OperationKind } from './operation.js';
import type { Demand } from './demand.js';
import { missingScopes } from '../oauth/scope.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';

/** The `McpSession` of a token that was verified. */
export class TokenSession {
  readonly userId: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly resource: string;
  readonly grantId: string | null;
  readonly actor: Actor | null;
  readonly tokenId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Private for the runtime too: whoever logs a session must not log its token. */
  readonly #token: string;
  readonly #verified: VerifiedAccessToken;
  readonly #watch: Pick<TokenWatch, 'signal'>;
  readonly #demand: Demand | undefined;
  #claims: Readonly<AccessTokenClaims> | undefined;

  constructor(
    verified: VerifiedAccessToken,
    token: string,
    watch: Pick<TokenWatch, 'signal'>,
    demand?: Demand,
  ) {
    this.userId = verified.userId;
    this.clientId = verified.clientId;
    this.scopes = verified.scopes;
    this.resource = verified.resource;
    this.grantId = verified.grantId;
    this.actor = verified.actor;
    this.tokenId = verified.tokenId;
    this.issuedAt = new Date(verified.issuedAt);
    this.expiresAt = new Date(verified.expiresAt);
    this.#token = token;
    this.#verified = verified;
    this.#watch = watch;
    this.#demand = demand;
  }

  /** The token of a session. @throws Error for a session that is none of ours. */
  static tokenOf(session: object): string {
    if (#token in session) return session.#token;
    throw new Error('This is no session of a request that was let in: take the one of `@McpSession()`.');
  }

  get signal(): AbortSignal {
    return this.#watch.signal(this.#verified);
  }

  get claims(): Readonly<AccessTokenClaims> {
    return (this.#claims ??= Object.freeze(accessTokenClaims(this.#token)));
  }

  may(name: string, kind: OperationKind = 'tool'): boolean {
    if (!this.#demand)
      throw new Error(
        '`may` goes by the decorators of the handler that McpAuthGuard let in: this session has none.',
      );
    const { required, operations, resource } = this.#demand;
    const needed = [...required, ...operations.of({ kind, name })];
    return missingScopes(needed, this.scopes, resource.scopeHierarchy).length === 0;
  }
}
