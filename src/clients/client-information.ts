import { isSecretMethod } from '../oauth/client.js';
import type { Registration } from '../persistence/registered-client.store.js';
import type { ClientMetadataMembers } from './client-metadata-members.js';

/** What a client learns about itself (RFC 7591 §3.2.1); members without a value are left out. */
export interface ClientInformation extends Omit<ClientMetadataMembers, 'redirect_uris'> {
  client_id: string;
  /** Seconds since the epoch. */
  client_id_issued_at: number;
  client_secret?: string;
  /** 0: it does not expire. */
  client_secret_expires_at?: number;
  /** RFC 7592 §3. */
  registration_access_token?: string;
  registration_client_uri?: string;
  redirect_uris: readonly string[];
}

/** What is known readable while the answer is made, and never again. */
export interface ShownOnce {
  secret?: string;
  registration?: { accessToken: string; uri: string };
}

/** The answer to whoever registers, or asks what is registered (RFC 7591 §3.2.1, RFC 7592 §3). */
export function clientInformation(
  client: Omit<Registration, 'disabled' | 'secretHash' | 'type'>,
  applicationType: ClientMetadataMembers['application_type'],
  { secret, registration }: ShownOnce,
): ClientInformation {
  const { name, clientUri, logoUri, jwks, jwksUri, secretExpiresAt } = client;
  return {
    client_id: client.clientId,
    client_id_issued_at: seconds(client.createdAt),
    ...(secret !== undefined && { client_secret: secret }),
    ...(isSecretMethod(client.tokenEndpointAuthMethod) && {
      client_secret_expires_at: secretExpiresAt ? seconds(secretExpiresAt) : 0,
    }),
    ...(registration && {
      registration_access_token: registration.accessToken,
      registration_client_uri: registration.uri,
    }),
    ...(name && { client_name: name }),
    redirect_uris: client.redirectUris,
    ...(client.postLogoutRedirectUris && {
      post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    }),
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

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
