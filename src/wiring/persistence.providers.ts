import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { McpAuthSettings } from '../mcp-auth.settings.js';
import { ClientSecretStore } from '../persistence/client-secret.store.js';
import { ClientStore } from '../persistence/client.store.js';
import { ConnectionStore } from '../persistence/connection.store.js';
import { ConsentStore } from '../persistence/consent.store.js';
import { MCP_AUTH_CONNECTION } from '../persistence/data-source.js';
import { Database } from '../persistence/database.js';
import { ExpiryStore } from '../persistence/expiry.store.js';
import { FeedSignal } from '../persistence/feed-signal.js';
import { GrantStore } from '../persistence/grant.store.js';
import { InteractionStore } from '../persistence/interaction.store.js';
import { IntrospectionStore } from '../persistence/introspection.store.js';
import { ReplayStore } from '../persistence/replay.store.js';
import { ResourceStore } from '../persistence/resource.store.js';
import { RevocationStore } from '../persistence/revocation.store.js';
import { SigningKeyStore } from '../persistence/signing-key.store.js';
import { StaticClientStore } from '../persistence/static-client.store.js';
import { StatusListStore } from '../persistence/status-list.store.js';
import { SubjectRevocationStore } from '../persistence/subject-revocation.store.js';
import { TokenRevocationStore } from '../persistence/token-revocation.store.js';
import { TokenStore } from '../persistence/token.store.js';
import { provide } from './provide.js';

const STORES = [
  ClientSecretStore,
  ClientStore,
  ConnectionStore,
  ConsentStore,
  ExpiryStore,
  GrantStore,
  InteractionStore,
  IntrospectionStore,
  ReplayStore,
  ResourceStore,
  RevocationStore,
  SigningKeyStore,
  StaticClientStore,
  StatusListStore,
  SubjectRevocationStore,
  TokenRevocationStore,
  TokenStore,
];

export const PERSISTENCE_PROVIDERS: Provider[] = [
  {
    provide: Database,
    inject: [getDataSourceToken(MCP_AUTH_CONNECTION), McpAuthSettings],
    useFactory: (dataSource: DataSource, { database }: McpAuthSettings) => new Database(dataSource, database),
  },
  provide(FeedSignal, [McpAuthSettings], ({ database }) => new FeedSignal(database.url, database.schema)),
  ...STORES.map((Store): Provider => ({
    provide: Store,
    inject: [Database],
    useFactory: (database: Database) => new Store(database),
  })),
];
