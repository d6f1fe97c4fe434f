import type { Provider } from '@nestjs/common';
import { ClientRegistry } from '../clients/client-registry.js';
import { AccountDirectory } from '../host/account-directory.js';
import { AuditLog } from '../host/audit-log.js';
import { HostPolicy } from '../host/authorization-policy.js';
import { ClaimsProvider } from '../host/claims-provider.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../mcp-auth.settings.js';
import { ClientStore } from '../persistence/client.store.js';
import { Database } from '../persistence/database.js';
import { ExpiryStore } from '../persistence/expiry.store.js';
import { FeedSignal } from '../persistence/feed-signal.js';
import { GrantStore } from '../persistence/grant.store.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { ConnectionStore } from '../persistence/connection.store.js';
import { IntrospectionStore } from '../persistence/introspection.store.js';
import { RevocationStore } from '../persistence/revocation.store.js';
import { SigningKeyStore } from '../persistence/signing-key.store.js';
import { StatusListStore } from '../persistence/status-list.store.js';
import { SubjectRevocationStore } from '../persistence/subject-revocation.store.js';
import { TokenRevocationStore } from '../persistence/token-revocation.store.js';
import { TokenStore } from '../persistence/token.store.js';
import { StoredProtectedResources } from '../resources/stored-protected-resources.js';
import { McpConnections } from '../tokens/mcp-connections.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';
import { Housekeeping } from '../tokens/housekeeping.js';
import { IdTokenIssuer } from '../tokens/id-token-issuer.js';
import { KeyRotation } from '../tokens/key-rotation.js';
import { KeyVault } from '../tokens/key-vault.js';
import { McpSecrets } from '../tokens/mcp-secrets.js';
import { McpSigningKeys } from '../tokens/mcp-signing-keys.js';
import { PublicKeys } from '../tokens/public-keys.js';
import { RefreshRotation } from '../tokens/refresh-rotation.js';
import { RevocationFeed } from '../tokens/revocation-feed.js';
import { Secrets } from '../tokens/secrets.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { StatusLists } from '../tokens/status-lists.js';
import { TokenIntrospection } from '../tokens/token-introspection.js';
import { TokenRevocation } from '../tokens/token-revocation.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { Userinfo } from '../tokens/userinfo.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { RevocationView } from '../verification/revocation-view.js';
import { provide } from './provide.js';

export const TOKEN_PROVIDERS: Provider[] = [
  provide(Secrets, [McpAuthSettings], ({ secrets }) => new Secrets(secrets)),
  provide(McpSecrets, [Secrets], (secrets) => new McpSecrets(secrets)),
  provide(KeyVault, [Secrets], (secrets) => new KeyVault(secrets)),
  provide(
    SigningKeys,
    [SigningKeyStore, KeyVault, Clock],
    (store, vault, clock) => new SigningKeys(store, vault, clock),
  ),
  { provide: PublicKeys, useExisting: SigningKeys },
  provide(RevocationView, [McpAuthSettings], ({ maxRevocationLag }) => new RevocationView(maxRevocationLag)),
  provide(
    RevocationFeed,
    [
      RevocationStore,
      FeedSignal,
      RevocationView,
      ClientRegistry,
      StoredProtectedResources,
      SigningKeys,
      HostPolicy,
      Clock,
    ],
    (store, signal, view, clients, resources, keys, policy, clock) =>
      new RevocationFeed(store, signal, view, [clients, resources, keys, policy], clock),
  ),
  provide(
    KeyRotation,
    [
      SigningKeys,
      SigningKeyStore,
      KeyVault,
      RevocationView,
      Clock,
      AuditLog,
      McpAuthSettings,
      ProtectedResources,
    ],
    (keys, store, vault, view, clock, audit, { signing }, resources) =>
      new KeyRotation(keys, store, vault, view, clock, audit, {
        ...signing,
        algorithms: () => [...signing.algorithms, ...resources.signingAlgorithms()],
      }),
  ),
  provide(McpSigningKeys, [SigningKeys, KeyRotation], (keys, rotation) => new McpSigningKeys(keys, rotation)),
  provide(
    McpRevocations,
    [GrantStore, SubjectRevocationStore, RevocationView, Clock, AuditLog],
    (grants, subjects, view, clock, audit) => new McpRevocations(grants, subjects, view, clock, audit),
  ),
  provide(
    McpConnections,
    [ConnectionStore, McpRevocations, Clock],
    (store, revocations, clock) => new McpConnections(store, revocations, clock),
  ),
  provide(
    StatusLists,
    [McpAuthSettings, StatusListStore, SigningKeys, Clock],
    ({ issuer, signing }, store, keys, clock) =>
      new StatusLists(issuer, signing.algorithm, store, keys, clock),
  ),
  provide(
    TokenIntrospection,
    [AccessTokenVerifier, IntrospectionStore, Clock],
    (verifier, store, clock) => new TokenIntrospection(verifier, store, clock),
  ),
  provide(
    Userinfo,
    [AccessTokenVerifier, AccountDirectory, ClaimsProvider],
    (verifier, accounts, claims) => new Userinfo(verifier, accounts, claims),
  ),
  provide(
    TokenRevocation,
    [TokenRevocationStore, RevocationView, Clock, AuditLog],
    (store, view, clock, audit) => new TokenRevocation(store, view, clock, audit),
  ),
  provide(
    TokenIssuer,
    [McpAuthSettings, SigningKeys, Clock, ClaimsProvider, HostPolicy, AuditLog],
    ({ issuer, lifetimes, signing }, keys, clock, claims, policy, audit) =>
      new TokenIssuer(issuer, lifetimes, keys, clock, claims, policy, audit, signing.algorithm),
  ),
  provide(
    IdTokenIssuer,
    [McpAuthSettings, SigningKeys, ClaimsProvider],
    ({ issuer }, keys, claims) => new IdTokenIssuer(issuer, keys, claims),
  ),
  provide(
    RefreshRotation,
    [TokenStore, McpAuthSettings],
    (store, { lifetimes }) => new RefreshRotation(store, lifetimes.refreshGrace),
  ),
  provide(
    AccessTokenVerifier,
    [McpAuthSettings, SigningKeys, RevocationView, Clock],
    ({ issuer }, keys, view, clock) => new AccessTokenVerifier(issuer, keys, view, clock),
  ),
  provide(
    Housekeeping,
    [
      ClientStore,
      GrantStore,
      TokenStore,
      RevocationStore,
      ExpiryStore,
      RevocationView,
      Clock,
      McpAuthSettings,
      Database,
    ],
    (clients, grants, tokens, revocations, expiry, view, clock, { lifetimes }, database) =>
      new Housekeeping(
        { clients, grants, tokens, revocations, expiry },
        view,
        clock,
        lifetimes.refreshGrace,
        database,
      ),
  ),
];
