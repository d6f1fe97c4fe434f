import { DataSource } from 'typeorm';
import { dataSourceOptions } from 'nestjs-mcp-auth/service-kit';
import { SERVICE_ENTITIES, SERVICE_MIGRATIONS } from 'nestjs-mcp-auth-service/schema';

/** For the TypeORM CLI alone, with the migrations of library and service: `npm run migration:show`. */
export default new DataSource(
  dataSourceOptions({
    url: process.env['DATABASE_URL'],
    schema: 'mcp_auth',
    poolSize: 1,
    entities: SERVICE_ENTITIES,
    migrations: SERVICE_MIGRATIONS,
  }),
);
