import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { bearerToken } from '../oauth/bearer-token.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import type { McpSession } from './mcp-session.js';
import { TokenSession } from './token-session.js';

/** Sessions outside a guard. */
@Injectable()
export class McpSessions {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly resources: ProtectedResources,
  ) {}

  /**
   * The session of a request's headers; null without a token, or with one that must not be accepted.
   * @param resource identifier of the resource the token must be for; the default one when not given.
   * @throws TemporarilyUnavailableError when nobody can say whether the token is good.
   */
  async fromHeaders(
    headers: Headers | IncomingHttpHeaders,
    resource = this.resources.default().identifier,
  ): Promise<McpSession | null> {
    const authorization = headers instanceof Headers ? headers.get('authorization') : headers.authorization;
    const sent = bearerToken({ authorization: authorization ?? undefined });
    if (!('token' in sent)) return null;
    try {
      const verified = await this.verifier.verify(sent.token, resource);
      return new TokenSession(verified, sent.token, this.verifier.watch);
    } catch (error) {
      if (error instanceof InvalidTokenError) return null;
      throw error;
    }
  }
}
