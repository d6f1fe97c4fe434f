import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { AUTHORIZATION_PARAMETERS } from '../oauth/authorization-request.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidRequestError, InvalidRequestUriError } from '../oauth/errors.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { Parameters } from '../oauth/parameters.js';
import { PushedRequestStore } from '../persistence/pushed-request.store.js';
import { BrowserBinding } from './browser-binding.js';

/** RFC 9126 §2.2. */
const URN = 'urn:ietf:params:oauth:request_uri:';
/** Seconds in which the browser must come: it is sent at once. */
const LIFETIME = 90;

/** The answer of the endpoint of pushed requests (RFC 9126 §2.2). */
export interface PushedRequestResponse {
  request_uri: string;
  /** Seconds. */
  expires_in: number;
}

/** What a browser brings that names a pushed request: its parameters, or where its interaction goes on. */
export type FoundRequest = { parameters: Parameters; hash: string } | { location: string };

/** Authorization requests that clients push ahead of the browser (RFC 9126). */
@Injectable()
export class PushedRequests {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: PushedRequestStore,
    private readonly browser: BrowserBinding,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps a request that was found right.
   * @param keyThumbprint of the key that the client has proved to hold; null for none (RFC 9449 §10.1).
   */
  async push(
    parameters: Parameters,
    { clientId }: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<PushedRequestResponse> {
    const token = newOpaqueToken();
    const sent = AUTHORIZATION_PARAMETERS.map((name) => [name, parameters.get(name)] as const);
    const kept = { ...Object.fromEntries(sent), ...(keyThumbprint !== null && { dpop_jkt: keyThumbprint }) };
    const expiresAt = new Date(this.clock.now() + LIFETIME * 1000);
    await this.store.insert({ hash: digest(token), clientId, parameters: kept, expiresAt });
    return { request_uri: URN + token, expires_in: LIFETIME };
  }

  /**
   * What `request_uri` and `client_id` name; every other parameter is ignored (RFC 9126 §4). Null for a request that names
   * none of ours.
   * @throws InvalidRequestUriError for what is unknown, another client's, or another browser's by now.
   */
  async find(sent: Parameters, message: IncomingMessage): Promise<FoundRequest | null> {
    if (!sent.getAll('request_uri').some((uri) => uri.startsWith(URN))) return null;
    const [requestUri, clientId] = [sent.require('request_uri'), sent.require('client_id')];
    const hash = digest(requestUri.slice(URN.length));
    const pushed = await this.store.find(hash, new Date(this.clock.now()));
    if (!pushed || pushed.clientId !== clientId) throw new InvalidRequestUriError();
    const { interactionId, browserHash, parameters } = pushed;
    if (interactionId === null) return { hash, parameters: new Parameters(Object.entries(parameters)) };
    if (browserHash !== this.browser.read(message)) throw new InvalidRequestUriError();
    return { location: `${this.settings.issuer}/interaction/${interactionId}` };
  }

  /** @throws InvalidRequestError for a request that must have been pushed (RFC 9126 §5, §6). */
  refuseUnlessOptional(client: OAuthClient): void {
    if (this.settings.requirePushedAuthorizationRequests || client.requirePushedAuthorizationRequests)
      throw new InvalidRequestError('The request must be pushed (pushed_authorization_request_endpoint).');
  }
}
