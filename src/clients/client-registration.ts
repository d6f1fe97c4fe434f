import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../host/clock.js';
import { newClientId } from '../oauth/client-id.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { formatScope, parseScope } from '../oauth/scope.js';
import { SERVER_SCOPES } from '../oauth/server-scopes.js';
import { ClientStore, type NewClient } from '../persistence/client.store.js';
import { readClientMetadata, SupportedMetadata } from './client-metadata.js';
import type { ClientMetadataMembers } from './client-metadata-members.js';

/** What a client learns about itself (RFC 7591 §3.2.1); members without a value are left out. */
export interface ClientInformation extends Omit<ClientMetadataMembers, 'redirect_uris'> {
  client_id: string;
  /** Seconds since the epoch. */
  client_id_issued_at: number;
  client_secret?: string;
  /** 0: it does not expire. */
  client_secret_expires_at?: number;
  redirect_uris: readonly string[];
}

/** RFC 7591 §2. */
const DEFAULT_AUTH_METHOD = 'client_secret_basic';
/** Self-registered clients that never obtained a grant: more are not taken until some of them are deleted. */
const MOST_UNUSED = 10_000;

/** Dynamic client registration (RFC 7591). */
@Injectable()
export class ClientRegistration {
  constructor(
    private readonly store: ClientStore,
    private readonly clock: Clock,
    private readonly supported: SupportedMetadata,
    private readonly resources: ProtectedResources,
  ) {}

  /**
   * Registers a client.
   * @throws InvalidRedirectUriError, InvalidClientMetadataError (RFC 7591 §3.2.2); nothing is stored then.
   * @throws TemporarilyUnavailableError when too many have registered that were never used.
   */
  async register(metadata: unknown): Promise<ClientInformation> {
    const { applicationType, ...read } = readClientMetadata(metadata, this.supported, DEFAULT_AUTH_METHOD);
    const client = { ...read, metadata: this.withKnownScopes(read.metadata) };
    const secret = client.tokenEndpointAuthMethod.startsWith('client_secret_') ? newOpaqueToken() : undefined;
    const now = this.clock.now();
    const clientId = newClientId();
    const isStored = await this.store.insert(
      {
        ...client,
        id: randomUUID(),
        clientId,
        source: 'registered',
        secretHash: secret === undefined ? null : digest(secret),
        resource: null,
        disabled: false,
        kind: 'application',
        scopeCeiling: null,
        resourceCeiling: null,
      },
      new Date(now),
      MOST_UNUSED,
    );
    if (!isStored)
      throw new TemporarilyUnavailableError(
        'Too many clients have registered here that nobody has used yet. Try again later.',
        { retryAfter: 600 },
      );
    const { name, clientUri, logoUri, jwks, jwksUri } = client;
    return {
      client_id: clientId,
      client_id_issued_at: Math.floor(now / 1000),
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      ...(name && { client_name: name }),
      redirect_uris: client.redirectUris,
      grant_types: [...client.grantTypes],
      response_types: ['code'],
      token_endpoint_auth_method: client.tokenEndpointAuthMethod,
      ...(clientUri && { client_uri: clientUri }),
      ...(logoUri && { logo_uri: logoUri }),
      ...(jwks && { jwks: { keys: [...jwks.keys] } }),
      ...(jwksUri && { jwks_uri: jwksUri }),
      ...(client.dpopBoundAccessTokens && { dpop_bound_access_tokens: true }),
      ...(client.requirePushedAuthorizationRequests && { require_pushed_authorization_requests: true }),
      ...(applicationType && { application_type: applicationType }),
      ...client.metadata,
    };
  }

  /** RFC 7591 §3.2.1: the answer says what is registered, and a scope that nobody knows is not. */
  private withKnownScopes(metadata: NewClient['metadata']): NewClient['metadata'] {
    const { scope, ...others } = metadata ?? {};
    const enabled = this.resources.all().filter((resource) => resource.enabled);
    const known = new Set([
      ...enabled.flatMap(({ scopes }) => Object.keys(scopes)),
      ...Object.keys(SERVER_SCOPES),
    ]);
    const scopes = parseScope(typeof scope === 'string' ? scope : null).filter((each) => known.has(each));
    return scopes.length > 0 ? { ...others, scope: formatScope(scopes) } : others;
  }
}
