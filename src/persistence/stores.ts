import { AssertedGrantStore } from './asserted-grant.store.js';
import { AuthorizationServerStore } from './authorization-server.store.js';
import { BulkRevocationStore } from './bulk-revocation.store.js';
import { ClientCatalogStore } from './client-catalog.store.js';
import { ClientCredentialsStore } from './client-credentials.store.js';
import { ClientSecretStore } from './client-secret.store.js';
import { ClientStore } from './client.store.js';
import { CodeStore } from './code.store.js';
import { ConnectionStore } from './connection.store.js';
import { ConsentStore } from './consent.store.js';
import { DelegationStore } from './delegation.store.js';
import { DeviceCodeStore } from './device-code.store.js';
import { ExpiryStore } from './expiry.store.js';
import { GrantCatalogStore } from './grant-catalog.store.js';
import { GrantStore } from './grant.store.js';
import { InteractionStore } from './interaction.store.js';
import { HostNewsStore } from './host-news.store.js';
import { IntrospectionStore } from './introspection.store.js';
import { LogoutStore } from './logout.store.js';
import { PreRegisteredClientStore } from './pre-registered-client.store.js';
import { PushedRequestStore } from './pushed-request.store.js';
import { RefreshTokenStore } from './refresh-token.store.js';
import { RegisteredClientStore } from './registered-client.store.js';
import { ReplayStore } from './replay.store.js';
import { ResourceServerStore } from './resource-server.store.js';
import { ResourceStore } from './resource.store.js';
import { RevocationStore } from './revocation.store.js';
import { ServiceAccountStore } from './service-account.store.js';
import { SigningKeyStore } from './signing-key.store.js';
import { StaticClientStore } from './static-client.store.js';
import { StatusListStore } from './status-list.store.js';
import { SubjectRevocationStore } from './subject-revocation.store.js';
import { TokenRevocationStore } from './token-revocation.store.js';
import { TokenSweepStore } from './token-sweep.store.js';

/** Every SQL statement of the library stands in one of these. */
export const STORES = [
  AssertedGrantStore,
  AuthorizationServerStore,
  BulkRevocationStore,
  ClientCatalogStore,
  ClientCredentialsStore,
  ClientSecretStore,
  ClientStore,
  CodeStore,
  ConnectionStore,
  ConsentStore,
  DelegationStore,
  DeviceCodeStore,
  ExpiryStore,
  GrantCatalogStore,
  GrantStore,
  HostNewsStore,
  InteractionStore,
  IntrospectionStore,
  LogoutStore,
  PreRegisteredClientStore,
  PushedRequestStore,
  RefreshTokenStore,
  RegisteredClientStore,
  ReplayStore,
  ResourceServerStore,
  ResourceStore,
  RevocationStore,
  ServiceAccountStore,
  SigningKeyStore,
  StaticClientStore,
  StatusListStore,
  SubjectRevocationStore,
  TokenRevocationStore,
  TokenSweepStore,
];
