import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './src/persistence/data-source.js';

/** For the TypeORM CLI alone: `typeorm migration:show -d dist/ormconfig.js`. */
export default new DataSource(
  dataSourceOptions({ url: process.env['DATABASE_URL'], schema: 'mcp_auth', poolSize: 1 }),
);
