import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../host/clock.js';
import { newClientId } from '../oauth/client-id.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { ClientStore } from '../persistence/client.store.js';
import { readClientMetadata, SupportedMetadata } from './client-metadata.js';
import type { ClientMetadataDto } from './client-metadata.dto.js';

/** What a client learns about itself (RFC 7591 §3.2.1); members without a value are left out. */
export interface ClientInformation extends Omit<ClientMetadataDto, 'redirect_uris'> {
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

/** Dynamic client registration (RFC 7591). */
@Injectable()
export class ClientRegistration {
  constructor(
    private readonly store: ClientStore,
    private readonly clock: Clock,
    private readonly supported: SupportedMetadata,
  ) {}

  /**
   * Registers a client.
   * @throws InvalidRedirectUriError, InvalidClientMetadataError (RFC 7591 §3.2.2); nothing is stored then.
   */
  async register(metadata: unknown): Promise<ClientInformation> {
    const { applicationType, ...client } = await readClientMetadata(
      metadata,
      this.supported,
      DEFAULT_AUTH_METHOD,
    );
    const secret = client.tokenEndpointAuthMethod.startsWith('client_secret_') ? newOpaqueToken() : undefined;
    const now = this.clock.now();
    const clientId = newClientId();
    await this.store.insert(
      {
        ...client,
        id: randomUUID(),
        clientId,
        source: 'registered',
        secretHash: secret === undefined ? null : digest(secret),
        resource: null,
        disabled: false,
      },
      new Date(now),
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
      ...(applicationType && { application_type: applicationType }),
      ...client.metadata,
    };
  }
}
