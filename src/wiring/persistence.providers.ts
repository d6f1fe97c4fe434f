import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { McpAuthSettings } from '../mcp-auth.settings.js';
import { ClientStore } from '../persistence/client.store.js';
import { ConsentStore } from '../persistence/consent.store.js';
import { MCP_AUTH_CONNECTION } from '../persistence/data-source.js';
import { Database } from '../persistence/database.js';
import { ExpiryStore } from '../persistence/expiry.store.js';
import { GrantStore } from '../persistence/grant.store.js';
import { InteractionStore } from '../persistence/interaction.store.js';
import { RevocationStore } from '../persistence/revocation.store.js';
import { SigningKeyStore } from '../persistence/signing-key.store.js';
import { TokenRevocationStore } from '../persistence/token-revocation.store.js';
import { TokenStore } from '../persistence/token.store.js';

const STORES = [
  ClientStore,
  ConsentStore,
  ExpiryStore,
  GrantStore,
  InteractionStore,
  RevocationStore,
  SigningKeyStore,
  TokenRevocationStore,
  TokenStore,
];

export const PERSISTENCE_PROVIDERS: Provider[] = [
  {
    provide: Database,
    inject: [getDataSourceToken(MCP_AUTH_CONNECTION), McpAuthSettings],
    useFactory: (dataSource: DataSource, { database }: McpAuthSettings) => new Database(dataSource, database),
  },
  ...STORES.map((Store): Provider => ({
    provide: Store,
    inject: [Database],
    useFactory: (database: Database) => new Store(database),
  })),
];
