import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { boundedCache } from '../oauth/bounded-cache.js';
import { OAuthError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import { type DelegatedToken, type DelegationRequest, DelegationSource } from './delegation-source.js';
import type { McpSession } from './mcp-session.js';
import { TokenSession } from './token-session.js';

const MOST_TOKENS = 5_000;
/** Milliseconds before its end in which a token is exchanged anew: a call with it must still arrive. */
const MARGIN = 30_000;
/** What says that this server is set up wrongly, and nothing of the person. */
const OWN_FAULTS: readonly string[] = ['invalid_client', 'unauthorized_client', 'unsupported_grant_type'];

/**
 * Access tokens with which this MCP server calls another one for the person who calls it (RFC 8693). The server needs
 * credentials (`introspection` of its resource), and the authorization server a rule (`delegations`).
 */
@Injectable()
export class McpDelegation {
  private readonly known = boundedCache<string, DelegatedToken>(MOST_TOKENS);
  private readonly pending = new Map<string, Promise<DelegatedToken>>();

  constructor(
    private readonly source: DelegationSource,
    private readonly verifier: AccessTokenVerifier,
    private readonly clock: Clock,
  ) {}

  /**
   * A bearer token for the other server, which no more than the session's may outlive: ask for one before each call. It is
   * kept until shortly before its end or until it is revoked, and calls that ask at once share one exchange.
   * @param session of `@McpSession()`: whom the call is for.
   * @param resource identifier of the other server.
   * @param scopes at the other server. Default: all that this server may have there for this session.
   * @throws OAuthError `access_denied` (403) when this server, or this person, may not call that one; its cause says more.
   * @throws OAuthError `temporarily_unavailable` (503) when the authorization server is away: later it works.
   * @throws Error with a sentence when this server is set up wrongly.
   */
  async tokenFor(session: McpSession, resource: string, scopes?: readonly string[]): Promise<string> {
    const subjectToken = TokenSession.tokenOf(session);
    const key = digest(JSON.stringify([subjectToken, resource, scopes?.toSorted() ?? null]));
    const known = this.known.get(key);
    if (known && (await this.isGood(known, session))) return known.token;
    const request = { from: session.resource, subjectToken, resource, scopes: scopes ?? null };
    let exchanged = this.pending.get(key);
    if (!exchanged) {
      exchanged = this.exchange(request).finally(() => this.pending.delete(key));
      this.pending.set(key, exchanged);
    }
    const fresh = await exchanged;
    this.known.set(key, fresh);
    return fresh.token;
  }

  /** One that ends with the session is not exchanged for another that would end with it, too. */
  private async isGood({ token, expiresAt }: DelegatedToken, session: McpSession): Promise<boolean> {
    const now = this.clock.now();
    const endsWithSession = expiresAt + 1_000 > session.expiresAt.getTime();
    if (expiresAt <= now + (endsWithSession ? 0 : MARGIN)) return false;
    try {
      await this.verifier.verify(token, null);
      return true;
    } catch (error) {
      if (error instanceof InvalidTokenError) return false;
      throw error;
    }
  }

  private async exchange(request: DelegationRequest): Promise<DelegatedToken> {
    try {
      return await this.source.exchange(request);
    } catch (error) {
      throw error instanceof OAuthError ? this.failure(request, error) : error;
    }
  }

  private failure({ from, resource }: DelegationRequest, cause: OAuthError): Error {
    const { error, description } = cause;
    if (cause.getStatus() >= 500 || cause.getStatus() === 429)
      return new TemporarilyUnavailableError(undefined, { cause });
    if (OWN_FAULTS.includes(error))
      return new Error(`The credentials of ${from} do not let it exchange tokens: ${description}`, { cause });
    const sentence = `The server ${from} may not call ${resource} for this session: ${description}`;
    return new OAuthError('access_denied', sentence, 403, { cause });
  }
}
