import { Injectable } from '@nestjs/common';
import { ClientRegistry } from '../clients/client-registry.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidRequestError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import { type HintedSignIn, IdTokenHint } from '../tokens/id-token-hint.js';

/** Bytes. */
const LONGEST_STATE = 4_096;

/** A request to sign a person out, found right. */
export interface LogoutRequest {
  /** Null where none is named. */
  client: OAuthClient | null;
  hint: HintedSignIn | null;
  /** One that the client registered, with the state; null for none. */
  back: { uri: string; url: string } | null;
  state: string | undefined;
}

/** Reads requests of the end session endpoint (OpenID Connect RP-Initiated Logout §2). */
@Injectable()
export class LogoutRequests {
  constructor(
    private readonly hints: IdTokenHint,
    private readonly clients: ClientRegistry,
  ) {}

  /** @throws InvalidRequestError; nobody is sent anywhere then. */
  async read(parameters: Parameters, address: string | undefined): Promise<LogoutRequest> {
    const token = parameters.get('id_token_hint');
    const hint = token === undefined ? null : await this.hints.read(token);
    if (token !== undefined && !hint)
      throw new InvalidRequestError('The id_token_hint is not one that was issued here.');
    const named = parameters.get('client_id');
    if (hint && named !== undefined && named !== hint.clientId)
      throw new InvalidRequestError('The id_token_hint was issued to another client.');
    const clientId = hint?.clientId ?? named;
    const client = clientId === undefined ? null : await this.clients.load(clientId, address);
    if (clientId !== undefined && (!client || client.disabled))
      throw new InvalidRequestError('The client is unknown.');
    const state = parameters.get('state');
    if (state !== undefined && Buffer.byteLength(state) > LONGEST_STATE)
      throw new InvalidRequestError(`The state may have ${LONGEST_STATE} bytes.`);
    return { client, hint, state, back: wayBack(parameters.get('post_logout_redirect_uri'), client, state) };
  }
}

/** §3: byte for byte one of those that are registered. */
function wayBack(uri: string | undefined, client: OAuthClient | null, state: string | undefined) {
  if (uri === undefined) return null;
  if (!client)
    throw new InvalidRequestError('A post_logout_redirect_uri needs an id_token_hint or a client_id.');
  if (!client.postLogoutRedirectUris?.includes(uri))
    throw new InvalidRequestError('The post_logout_redirect_uri is not one of the client.');
  const query = state === undefined ? '' : `${new URLSearchParams({ state })}`;
  return { uri, url: query === '' ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${query}` };
}
