import type { Provider, Type } from '@nestjs/common';
import { CLIENT_AUTH_METHODS, ClientAuthMethods } from '../client-auth/client-auth-methods.js';
import { SupportedMetadata } from '../clients/client-metadata.js';
import { ClientRegistry } from '../clients/client-registry.js';
import { CLIENT_SOURCES, ClientSources } from '../clients/client-sources.js';
import { servedEndpoints } from '../endpoints/endpoints.js';
import { ADVERTISED_PATHS, advertisedPaths } from '../endpoints/metadata-name.js';
import { GRANT_TYPES, GrantTypes } from '../grant-types/grant-types.js';
import { TOKEN_EXCHANGES, TokenExchanges } from '../grant-types/token-exchanges.js';
import { HostPolicy } from '../host/authorization-policy.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { PROMPTS, Prompts } from '../interaction/prompts.js';
import { StoredProtectedResources } from '../resources/stored-protected-resources.js';
import { FeedListeners } from '../tokens/feed-listeners.js';
import { HostNews } from '../tokens/host-news.js';
import { IssueTimes } from '../tokens/issue-times.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { HOST_CLASSES } from '../mcp-auth.module-definition.js';
import type { McpAuthExtras } from '../mcp-auth.options.js';
import { HostNest } from '../mount/host-nest.js';

export const REGISTRY_PROVIDERS: Provider[] = [
  ...registryProviders(GrantTypes, GRANT_TYPES),
  ...registryProviders(TokenExchanges, TOKEN_EXCHANGES),
  ...registryProviders(ClientAuthMethods, CLIENT_AUTH_METHODS),
  ...registryProviders(ClientSources, CLIENT_SOURCES),
  ...registryProviders(Prompts, PROMPTS),
  ...registryProviders(FeedListeners, [
    ClientRegistry,
    StoredProtectedResources,
    SigningKeys,
    HostPolicy,
    IssueTimes,
    HostNews,
  ]),
  {
    provide: ADVERTISED_PATHS,
    inject: [McpAuthSettings, { token: HOST_CLASSES, optional: true }],
    useFactory: (settings: McpAuthSettings, classes?: Partial<McpAuthExtras>) =>
      advertisedPaths(servedEndpoints({ settings, accounts: classes?.accounts })),
  },
  {
    provide: SupportedMetadata,
    inject: [HostNest, McpAuthSettings],
    // Looked up when they are asked for: a grant type may itself ask for clients.
    useFactory: ({ module }: HostNest, settings: McpAuthSettings): SupportedMetadata => ({
      redirectSchemes: settings.redirectSchemes,
      allowLoopback: settings.clientDocuments.allowLoopback,
      get grantTypes() {
        return module.get(GrantTypes).open;
      },
      get usualGrantTypes() {
        return module.get(GrantTypes).usual;
      },
      get authMethods() {
        return module.get(ClientAuthMethods).names;
      },
    }),
  },
];

/** The classes of a registry, and their instances in the same order, held by one class. */
function registryProviders<Entry>(
  Holder: new (entries: readonly Entry[]) => unknown,
  classes: readonly Type<Entry>[],
): Provider[] {
  const holder = {
    provide: Holder,
    inject: [...classes],
    useFactory: (...entries: Entry[]) => new Holder(entries),
  };
  return [...classes, holder];
}
