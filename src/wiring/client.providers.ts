import type { Provider } from '@nestjs/common';
import { CLIENT_AUTH_METHODS } from '../client-auth/client-auth-methods.js';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { ClientRegistration } from '../clients/client-registration.js';
import { ClientRegistry } from '../clients/client-registry.js';
import { CLIENT_SOURCES } from '../clients/client-sources.js';
import { RegistrationPolicy } from '../clients/registration-policy.js';
import { AuthorizationCodeGrantType } from '../grant-types/authorization-code.grant-type.js';
import { GrantOutcome } from '../grant-types/grant-outcome.js';
import { GrantTypes } from '../grant-types/grant-types.js';
import { RefreshTokenGrantType } from '../grant-types/refresh-token.grant-type.js';
import { AccountDirectory } from '../host/account-directory.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../mcp-auth.settings.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { ClientStore } from '../persistence/client.store.js';
import { TokenStore } from '../persistence/token.store.js';
import { GrantRevocation } from '../tokens/grant-revocation.js';
import { RefreshRotation } from '../tokens/refresh-rotation.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { provide } from './provide.js';

export const CLIENT_PROVIDERS: Provider[] = [
  provide(
    ClientRegistry,
    [ClientStore],
    (store) => new ClientRegistry(CLIENT_SOURCES.map((Source) => new Source(store))),
  ),
  provide(
    ClientAuthenticator,
    [ClientRegistry, Clock],
    (clients, clock) =>
      new ClientAuthenticator(
        CLIENT_AUTH_METHODS.map((Method) => new Method(clock)),
        clients,
      ),
  ),
  provide(
    ClientRegistration,
    [ClientStore, Clock, GrantTypes, ClientAuthenticator],
    (store, clock, grantTypes, authenticator) =>
      new ClientRegistration(store, clock, {
        grantTypes: grantTypes.names,
        authMethods: authenticator.methodNames,
      }),
  ),
  provide(RegistrationPolicy, [McpAuthSettings], ({ registration }) => new RegistrationPolicy(registration)),
  provide(
    GrantOutcome,
    [GrantRevocation, AccountDirectory, ClientRegistry],
    (revocation, accounts, clients) => new GrantOutcome(revocation, accounts, clients),
  ),
  provide(
    GrantTypes,
    [TokenStore, RefreshRotation, TokenIssuer, GrantOutcome, ProtectedResources],
    (store, rotation, issuer, outcome, resources) =>
      new GrantTypes([
        new AuthorizationCodeGrantType(store, issuer, outcome, resources),
        new RefreshTokenGrantType(rotation, issuer, outcome, resources),
      ]),
  ),
];
