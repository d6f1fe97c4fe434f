import type { Provider } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { DatabaseCheck } from './database-check.js';
import { type DataSourceSettings, MCP_AUTH_CONNECTION, openDataSource } from './data-source.js';
import { Database } from './database.js';
import type { OwnedDataSource } from './owned-data-source.js';

/** Opens the module's DataSource before anything is made that needs it. */
export const DATABASE_MODULE = TypeOrmModule.forRootAsync({
  name: MCP_AUTH_CONNECTION,
  inject: [McpAuthSettings, DatabaseCheck],
  useFactory: ({ database }: McpAuthSettings, check: DatabaseCheck) => ({
    ...({ ...database, check } as unknown as DataSourceOptions),
    // @nestjs/typeorm 11 looks for the DataSource to close by what stands here.
    name: MCP_AUTH_CONNECTION,
    // One sentence says what is wrong; trying again would only say it later.
    toRetry: () => false,
  }),
  dataSourceFactory: (options) => openDataSource(options as unknown as DataSourceSettings),
});

export const DATABASE_PROVIDER: Provider = {
  provide: Database,
  inject: [getDataSourceToken(MCP_AUTH_CONNECTION), McpAuthSettings],
  useFactory: (dataSource: OwnedDataSource, { database }: McpAuthSettings) =>
    new Database(dataSource, database),
};
