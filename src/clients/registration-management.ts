import { Injectable } from '@nestjs/common';
import { AuthorizationPolicy } from '../host/authorization-policy.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import { isSecretMethod } from '../oauth/client.js';
import { InvalidRequestError, OAuthError } from '../oauth/errors.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { checkRedirectUri } from '../oauth/redirect-uri.js';
import { isStorable } from '../oauth/storable-text.js';
import type { EndedGrant } from '../persistence/delegated-grants.js';
import { RegisteredClientStore, type Registration } from '../persistence/registered-client.store.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';
import { type ClientInformation, clientInformation } from './client-information.js';
import type { ClientMetadata } from './client-metadata.js';
import { ClientRegistry } from './client-registry.js';
import { RegisteredMetadata } from './registered-metadata.js';
import { RegistrationAccess } from './registration-access.js';

/** RFC 7592 §2.2: what an update must not contain. */
const FORBIDDEN = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];

/** A registration whose token was presented, with that token. */
export interface ProvenRegistration {
  registration: Registration;
  accessToken: string;
}

/** Reads, replaces and deletes the registrations of clients, which prove themselves by a token (RFC 7592). */
@Injectable()
export class RegistrationManagement {
  constructor(
    private readonly store: RegisteredClientStore,
    private readonly metadata: RegisteredMetadata,
    private readonly access: RegistrationAccess,
    private readonly registry: ClientRegistry,
    private readonly policy: AuthorizationPolicy,
    private readonly revocations: McpRevocations,
    private readonly settings: McpAuthSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * The registration that a token opens. A token that is presented for another client, or for none, ends.
   * @throws OAuthError 401 where they do not belong together, 403 for a client that is disabled (RFC 7592 §2.1).
   */
  async prove(clientId: string, accessToken: string): Promise<ProvenRegistration> {
    const tokenHash = digest(accessToken);
    const registration = isStorable(clientId) ? await this.store.find(clientId, tokenHash) : null;
    if (!registration) {
      await this.store.dropMisplaced(tokenHash, isStorable(clientId) ? clientId : '');
      throw tokenRefused();
    }
    if (registration.disabled)
      throw new OAuthError(
        'access_denied',
        'The client is disabled: it cannot manage its registration.',
        403,
      );
    return { registration, accessToken };
  }

  /** What is registered; the secret is not known here any more. */
  read({ registration, accessToken }: ProvenRegistration): ClientInformation {
    const { redirectSchemes } = this.settings;
    // What was registered under older rules counts by those of today.
    const redirectUris = registration.redirectUris.filter((uri) => !checkRedirectUri(uri, redirectSchemes));
    const { clientId, type } = registration;
    const access = this.access.with(clientId, accessToken);
    return clientInformation({ ...registration, redirectUris }, type, { registration: access });
  }

  /**
   * Puts new metadata in the place of the old, as a registration would (RFC 7592 §2.2): what is not given is not
   * registered any more. Where people or tokens relied on what has changed, every grant and consent ends.
   * @throws InvalidRequestError, InvalidRedirectUriError, InvalidClientMetadataError; nothing is changed then.
   */
  async replace(
    { registration, accessToken }: ProvenRegistration,
    given: unknown,
  ): Promise<{ client: ClientInformation; grants: number }> {
    const { clientId, createdAt } = registration;
    const sentSecret = checkOwnMembers(registration, given);
    const { applicationType, ...client } = this.metadata.read(given);
    const secret = nextSecret(registration, client, sentSecret);
    const access = this.access.with(clientId, newOpaqueToken());
    await this.policy.forgetClient(clientId);
    const ended = await this.store.replace({
      ...client,
      clientId,
      presentedHash: digest(accessToken),
      nextHash: digest(access.accessToken),
      secretHash: secret.hash,
      ...this.times(),
    });
    const grants = await this.noted(clientId, ended);
    const { secretHash, secretExpiresAt } = registration;
    const expiry = secret.hash === secretHash ? secretExpiresAt : null;
    const registered = { ...client, clientId, createdAt, secretExpiresAt: expiry };
    const shown = { secret: secret.shown, registration: access };
    return { client: clientInformation(registered, applicationType ?? client.type, shown), grants };
  }

  /** Ends all that the client has, and forgets it (RFC 7592 §2.3). How many grants there were. */
  async delete({ registration: { clientId }, accessToken }: ProvenRegistration): Promise<number> {
    const { now, lastTokenExpiresAt } = this.times();
    await this.policy.forgetClient(clientId);
    const ended = await this.store.delete(clientId, digest(accessToken), now, lastTokenExpiresAt);
    return this.noted(clientId, ended);
  }

  /** @param ended null where somebody else was quicker. */
  private async noted(clientId: string, ended: EndedGrant[] | null): Promise<number> {
    if (ended === null) throw tokenRefused();
    this.registry.forget(clientId);
    this.revocations.noteEnded(ended);
    // What was agreed while the old registration was still there.
    await this.policy.forgetClient(clientId);
    return ended.length;
  }

  private times(): { now: Date; lastTokenExpiresAt: Date } {
    const now = this.clock.now();
    return { now: new Date(now), lastTokenExpiresAt: new Date(now + LONGEST_ACCESS_TOKEN * 1000) };
  }
}

/** RFC 7592 §2.1, RFC 6750 §3.1. Whether there is such a client is not said. */
function tokenRefused(): OAuthError {
  return new OAuthError('invalid_token', 'The registration access token is not one of this client.', 401, {
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
}

/**
 * Checks what an update says of the client's id and secret (RFC 7592 §2.2). The secret, where it is given.
 * @throws InvalidRequestError
 */
function checkOwnMembers({ clientId, secretHash }: Registration, given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new InvalidRequestError('The client metadata must be a JSON object.');
  const members = new Map<string, unknown>(Object.entries(given));
  for (const member of FORBIDDEN)
    if (members.has(member)) throw new InvalidRequestError(`An update must not contain ${member}.`);
  if (members.get('client_id') !== clientId)
    throw new InvalidRequestError('The client_id must be the one of the client.');
  const secret = members.get('client_secret') ?? undefined;
  if (secret === undefined) return undefined;
  if (typeof secret !== 'string' || secretHash === null || digest(secret) !== secretHash)
    throw new InvalidRequestError('The client_secret must be the one of the client, or left out.');
  return secret;
}

/** A client keeps its secret as long as its method needs one; one that comes to need one gets a new one. */
function nextSecret(
  { secretHash }: Registration,
  { tokenEndpointAuthMethod }: Pick<ClientMetadata, 'tokenEndpointAuthMethod'>,
  sent: string | undefined,
): { hash: string | null; shown?: string } {
  if (!isSecretMethod(tokenEndpointAuthMethod)) return { hash: null };
  if (secretHash !== null) return { hash: secretHash, shown: sent };
  const secret = newOpaqueToken();
  return { hash: digest(secret), shown: secret };
}
