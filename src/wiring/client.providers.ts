import type { Provider } from '@nestjs/common';
import { CLIENT_AUTH_METHODS, ClientAuthMethods } from '../client-auth/client-auth-methods.js';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { ClientKeys } from '../client-auth/client-keys.js';
import { ClientRegistration } from '../clients/client-registration.js';
import { ClientRegistry } from '../clients/client-registry.js';
import { CLIENT_SOURCES } from '../clients/client-sources.js';
import { ForeignFetch } from '../clients/foreign-fetch.js';
import { MetadataDocuments } from '../clients/metadata-documents.js';
import { McpClients } from '../clients/mcp-clients.js';
import { RegistrationPolicy } from '../clients/registration-policy.js';
import { ResourceServers } from '../clients/resource-servers.js';
import { AuthorizationCodeGrantType } from '../grant-types/authorization-code.grant-type.js';
import { GrantOutcome } from '../grant-types/grant-outcome.js';
import { GrantTypes } from '../grant-types/grant-types.js';
import { RefreshTokenGrantType } from '../grant-types/refresh-token.grant-type.js';
import { AccountDirectory } from '../host/account-directory.js';
import { AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { HostPolicy } from '../host/authorization-policy.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../mcp-auth.settings.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { ClientSecretStore } from '../persistence/client-secret.store.js';
import { ClientStore } from '../persistence/client.store.js';
import { ReplayStore } from '../persistence/replay.store.js';
import { StaticClientStore } from '../persistence/static-client.store.js';
import { TokenStore } from '../persistence/token.store.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';
import { IdTokenIssuer } from '../tokens/id-token-issuer.js';
import { RefreshRotation } from '../tokens/refresh-rotation.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { provide } from './provide.js';

export const CLIENT_PROVIDERS: Provider[] = [
  provide(
    ForeignFetch,
    [McpAuthSettings],
    ({ clientDocuments }) => new ForeignFetch({ allowLoopback: clientDocuments.allowLoopback }),
  ),
  provide(
    MetadataDocuments,
    [ForeignFetch, Clock],
    (foreign, clock) => new MetadataDocuments(foreign, clock),
  ),
  provide(
    ClientAuthMethods,
    [Clock, McpAuthSettings, ReplayStore, ForeignFetch],
    (clock, { issuer }, replays, foreign) => {
      const context = { clock, issuer, replays, keys: new ClientKeys(foreign) };
      return new ClientAuthMethods(CLIENT_AUTH_METHODS.map((Method) => new Method(context)));
    },
  ),
  provide(
    ClientRegistry,
    [ClientStore, MetadataDocuments, McpAuthSettings, GrantTypes, ClientAuthMethods, Clock, AuditLog],
    (
      store,
      documents,
      { clientDocuments: documentRules, redirectSchemes },
      grantTypes,
      authMethods,
      clock,
      audit,
    ) => {
      const supported = { grantTypes: grantTypes.names, authMethods: authMethods.names, redirectSchemes };
      const context = { store, documents, documentRules, supported, audit };
      return new ClientRegistry(
        CLIENT_SOURCES.map((Source) => new Source(context)),
        clock,
      );
    },
  ),
  provide(
    ClientAuthenticator,
    [ClientAuthMethods, ClientRegistry],
    (methods, clients) => new ClientAuthenticator(methods, clients),
  ),
  provide(
    ClientRegistration,
    [ClientStore, Clock, GrantTypes, ClientAuthMethods, McpAuthSettings],
    (store, clock, grantTypes, authMethods, { redirectSchemes }) =>
      new ClientRegistration(store, clock, {
        grantTypes: grantTypes.names,
        authMethods: authMethods.names,
        redirectSchemes,
      }),
  ),
  provide(
    ResourceServers,
    [McpAuthSettings, StaticClientStore, Clock],
    ({ resourceServers }, store, clock) => new ResourceServers(resourceServers, store, clock),
  ),
  provide(
    McpClients,
    [ClientSecretStore, McpRevocations, Clock],
    (secrets, revocations, clock) => new McpClients(secrets, revocations, clock),
  ),
  provide(
    RegistrationPolicy,
    [McpAuthSettings, HostRateLimiter],
    ({ registration }, limits) => new RegistrationPolicy(registration, limits),
  ),
  provide(
    GrantOutcome,
    [McpRevocations, AccountDirectory, HostPolicy, AuditLog],
    (revocations, accounts, policy, audit) => new GrantOutcome(revocations, accounts, policy, audit),
  ),
  provide(
    GrantTypes,
    [TokenStore, RefreshRotation, TokenIssuer, IdTokenIssuer, GrantOutcome, ProtectedResources],
    (store, rotation, issuer, idTokens, outcome, resources) =>
      new GrantTypes([
        new AuthorizationCodeGrantType(store, issuer, idTokens, outcome, resources),
        new RefreshTokenGrantType(rotation, issuer, outcome, resources),
      ]),
  ),
];
