import type { Provider } from '@nestjs/common';
import { ClientAuthMethods } from '../client-auth/client-auth-methods.js';
import { ASSERTION_ALGORITHMS } from '../client-auth/private-key-jwt.client-auth-method.js';
import { ServerMetadata } from '../endpoints/authorization-server-metadata.controller.js';
import { CachedDocument } from '../endpoints/cached-document.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { advertisedPaths } from '../endpoints/metadata-name.js';
import { GrantTypes } from '../grant-types/grant-types.js';
import { AccountDirectory } from '../host/account-directory.js';
import { AuditLog, HostAuditLog } from '../host/audit-log.js';
import { HostPolicy } from '../host/authorization-policy.js';
import { Clock } from '../host/clock.js';
import { ClaimsProvider, HostClaims } from '../host/claims-provider.js';
import { STANDARD_CLAIMS } from '../host/standard-claims.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { HostAccounts } from '../host/host-accounts.js';
import { MCP_AUTH_OPTIONS } from '../mcp-auth.module-definition.js';
import { McpAuthSettings, resolveSettings } from '../mcp-auth.settings.js';
import { derived } from '../oauth/derived.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { SERVER_SCOPES } from '../oauth/server-scopes.js';
import { serverMetadata } from '../oauth/server-metadata.js';
import { ResourceStore } from '../persistence/resource.store.js';
import { McpResources } from '../resources/mcp-resources.js';
import { StoredProtectedResources } from '../resources/stored-protected-resources.js';
import { ID_TOKEN_ALGORITHM } from '../tokens/id-token-issuer.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { provide } from './provide.js';

/** Seconds for which anybody may keep the server's metadata. */
const METADATA_MAX_AGE = 300;

function describeServer(
  { issuer, basePath, registration, clientDocuments }: McpAuthSettings,
  resources: ProtectedResources,
  grantTypes: GrantTypes,
  authMethods: ClientAuthMethods,
): ServerMetadata {
  const { registration_endpoint: register, ...endpoints } = advertisedPaths(ENDPOINTS);
  const document = derived((served: readonly ProtectedResource[]) => {
    const enabled = served.filter((resource) => resource.enabled);
    const scopes = new Set(enabled.flatMap((resource) => Object.keys(resource.scopes)));
    const content = serverMetadata({
      issuer,
      endpoints: {
        ...endpoints,
        ...(register && registration.mode !== 'off' && { registration_endpoint: register }),
      },
      grantTypes: grantTypes.names,
      clientAuthMethods: authMethods.names,
      clientDocuments: clientDocuments.enabled,
      assertionAlgorithms: ASSERTION_ALGORITHMS,
      scopes: [...scopes, ...Object.keys(SERVER_SCOPES)],
      claims: ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'at_hash', ...STANDARD_CLAIMS],
      idTokenAlgorithm: ID_TOKEN_ALGORITHM,
      resources: enabled.map(({ identifier }) => identifier),
    });
    return new CachedDocument(content, METADATA_MAX_AGE);
  });
  return { issuerPath: basePath, document: () => document(resources.all()) };
}

export const HOST_PROVIDERS: Provider[] = [
  { provide: McpAuthSettings, inject: [MCP_AUTH_OPTIONS], useFactory: resolveSettings },
  provide(Clock, [McpAuthSettings], ({ clock }) => clock),
  HostAccounts,
  { provide: AccountDirectory, useExisting: HostAccounts },
  HostClaims,
  HostAuditLog,
  { provide: AuditLog, useExisting: HostAuditLog },
  provide(HostPolicy, [AuditLog], (audit) => new HostPolicy(audit)),
  provide(HostRateLimiter, [McpAuthSettings], ({ rateLimit }) => new HostRateLimiter(rateLimit)),
  { provide: ClaimsProvider, useExisting: HostClaims },
  provide(
    StoredProtectedResources,
    [McpAuthSettings, ResourceStore, Clock],
    ({ issuer, resources }, store, clock) => new StoredProtectedResources(issuer, resources, store, clock),
  ),
  { provide: ProtectedResources, useExisting: StoredProtectedResources },
  provide(
    McpResources,
    [StoredProtectedResources, ResourceStore, SigningKeys, Clock],
    (resources, store, keys, clock) => new McpResources(resources, store, keys, clock),
  ),
  provide(
    ServerMetadata,
    [McpAuthSettings, ProtectedResources, GrantTypes, ClientAuthMethods],
    describeServer,
  ),
];
