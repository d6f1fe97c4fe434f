import { unpackTemplate } from './operations/database-template.js';
import { SERVICE_ENTITIES } from './entities/index.js';
import { SERVICE_MIGRATIONS } from './migrations/index.js';

/** What the service adds to the library's database. */
export const SERVICE_STORAGE = {
  entities: SERVICE_ENTITIES,
  migrations: SERVICE_MIGRATIONS,
  template: unpackTemplate,
};
