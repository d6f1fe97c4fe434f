/** What the service adds to the library's schema, for tools that look at the database. */
export { SERVICE_ENTITIES } from './entities/index.js';
export { SERVICE_MIGRATIONS } from './migrations/index.js';
