import type { Provider } from '@nestjs/common';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { ServerMetadata } from '../endpoints/authorization-server-metadata.controller.js';
import { CachedDocument } from '../endpoints/cached-document.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { advertisedPaths } from '../endpoints/metadata-name.js';
import { GrantTypes } from '../grant-types/grant-types.js';
import { AccountDirectory } from '../host/account-directory.js';
import { Clock } from '../host/clock.js';
import { HostAccounts } from '../host/host-accounts.js';
import { MCP_AUTH_OPTIONS } from '../mcp-auth.module-definition.js';
import { McpAuthSettings, resolveSettings } from '../mcp-auth.settings.js';
import { ProtectedResources, StaticProtectedResources } from '../oauth/protected-resources.js';
import { serverMetadata } from '../oauth/server-metadata.js';
import { provide } from './provide.js';

/** Seconds for which anybody may keep the server's metadata. */
const METADATA_MAX_AGE = 300;

function describeServer(
  { issuer, basePath, resources, registration }: McpAuthSettings,
  grantTypes: GrantTypes,
  authenticator: ClientAuthenticator,
): ServerMetadata {
  const { registration_endpoint: register, ...endpoints } = advertisedPaths(ENDPOINTS);
  const scopes = new Set(resources.flatMap((resource) => Object.keys(resource.scopes)));
  const content = serverMetadata({
    issuer,
    endpoints: {
      ...endpoints,
      ...(register && registration.mode !== 'off' && { registration_endpoint: register }),
    },
    grantTypes: grantTypes.names,
    clientAuthMethods: authenticator.methodNames,
    scopes: [...scopes, 'offline_access'],
    resources: resources.map(({ identifier }) => identifier),
  });
  return { issuerPath: basePath, document: new CachedDocument(content, METADATA_MAX_AGE) };
}

export const HOST_PROVIDERS: Provider[] = [
  { provide: McpAuthSettings, inject: [MCP_AUTH_OPTIONS], useFactory: resolveSettings },
  provide(Clock, [McpAuthSettings], ({ clock }) => clock),
  HostAccounts,
  { provide: AccountDirectory, useExisting: HostAccounts },
  provide(
    ProtectedResources,
    [McpAuthSettings],
    ({ issuer, resources }) => new StaticProtectedResources(issuer, resources),
  ),
  provide(ServerMetadata, [McpAuthSettings, GrantTypes, ClientAuthenticator], describeServer),
];
