import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { sentToken } from '../oauth/sent-token.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import { ProofOfPossession } from '../verification/proof-of-possession.js';
import type { McpSession } from './mcp-session.js';
import { TokenSession } from './token-session.js';

/** Sessions outside a guard. */
@Injectable()
export class McpSessions {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly possession: ProofOfPossession,
    private readonly resources: ProtectedResources,
  ) {}

  /**
   * The session of a request's headers; null without a bearer token, or with one that must not be accepted. A token that
   * is bound to a key (RFC 9449) is one for `McpAuthGuard`, which sees the whole request.
   * @param resource identifier of the resource the token must be for; the default one when not given.
   * @throws TemporarilyUnavailableError when nobody can say whether the token is good.
   */
  async fromHeaders(
    headers: Headers | IncomingHttpHeaders,
    resource = this.resources.default().identifier,
  ): Promise<McpSession | null> {
    const authorization = headers instanceof Headers ? headers.get('authorization') : headers.authorization;
    const sent = sentToken({ authorization: authorization ?? undefined });
    if (!('token' in sent) || sent.scheme !== 'Bearer') return null;
    try {
      const verified = await this.verifier.verify(sent.token, resource);
      this.possession.require(verified, sent, null);
      return new TokenSession(verified, sent.token, this.verifier.watch);
    } catch (error) {
      if (error instanceof InvalidTokenError) return null;
      throw error;
    }
  }
}
