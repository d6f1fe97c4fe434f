import type { Provider } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../mcp-auth.settings.js';
import { ClientStore } from '../persistence/client.store.js';
import { Database } from '../persistence/database.js';
import { ExpiryStore } from '../persistence/expiry.store.js';
import { GrantStore } from '../persistence/grant.store.js';
import { RevocationStore } from '../persistence/revocation.store.js';
import { SigningKeyStore } from '../persistence/signing-key.store.js';
import { TokenRevocationStore } from '../persistence/token-revocation.store.js';
import { TokenStore } from '../persistence/token.store.js';
import { GrantRevocation } from '../tokens/grant-revocation.js';
import { Housekeeping } from '../tokens/housekeeping.js';
import { PublicKeys } from '../tokens/public-keys.js';
import { RefreshRotation } from '../tokens/refresh-rotation.js';
import { RevocationFeed } from '../tokens/revocation-feed.js';
import { Secrets } from '../tokens/secrets.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { TokenRevocation } from '../tokens/token-revocation.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { RevocationView } from '../verification/revocation-view.js';
import { provide } from './provide.js';

export const TOKEN_PROVIDERS: Provider[] = [
  provide(Secrets, [McpAuthSettings], ({ secrets }) => new Secrets(secrets)),
  provide(
    SigningKeys,
    [SigningKeyStore, Secrets, Clock],
    (store, secrets, clock) => new SigningKeys(store, secrets, clock),
  ),
  { provide: PublicKeys, useExisting: SigningKeys },
  provide(RevocationView, [McpAuthSettings], ({ maxRevocationLag }) => new RevocationView(maxRevocationLag)),
  provide(
    RevocationFeed,
    [RevocationStore, RevocationView, Clock],
    (store, view, clock) => new RevocationFeed(store, view, clock),
  ),
  provide(
    GrantRevocation,
    [GrantStore, RevocationView, Clock, McpAuthSettings],
    (grants, view, clock, { lifetimes }) => new GrantRevocation(grants, view, clock, lifetimes.accessToken),
  ),
  provide(
    TokenRevocation,
    [TokenRevocationStore, RevocationView, Clock, McpAuthSettings],
    (store, view, clock, { lifetimes }) => new TokenRevocation(store, view, clock, lifetimes.accessToken),
  ),
  provide(
    TokenIssuer,
    [McpAuthSettings, SigningKeys, Clock],
    ({ issuer, lifetimes }, keys, clock) => new TokenIssuer(issuer, lifetimes, keys, clock),
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
