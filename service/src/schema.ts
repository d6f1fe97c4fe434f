import { AUDIT_ENTITIES, AUDIT_MIGRATIONS } from './audit/schema.js';
import { OVERVIEW_ENTITIES, OVERVIEW_MIGRATIONS } from './console/overview/schema.js';
import { unpackTemplate } from './operations/database-template.js';
import { OPERATIONS_MIGRATIONS } from './operations/schema.js';
import { PEOPLE_ENTITIES, PEOPLE_MIGRATIONS } from './people/schema.js';
import { SETTINGS_ENTITIES, SETTINGS_MIGRATIONS } from './settings/schema.js';
import { POLICY_ENTITIES, POLICY_MIGRATIONS } from './policy/schema.js';

/** What the service adds to the library's schema, feature by feature. */
export const SERVICE_ENTITIES = [
  ...PEOPLE_ENTITIES,
  ...POLICY_ENTITIES,
  ...AUDIT_ENTITIES,
  ...SETTINGS_ENTITIES,
  ...OVERVIEW_ENTITIES,
];
/** They run in the order of the times in their names. */
export const SERVICE_MIGRATIONS = [
  ...PEOPLE_MIGRATIONS,
  ...OPERATIONS_MIGRATIONS,
  ...AUDIT_MIGRATIONS,
  ...POLICY_MIGRATIONS,
  ...OVERVIEW_MIGRATIONS,
  ...SETTINGS_MIGRATIONS,
];

/** What the service adds to the library's database. */
export const SERVICE_DATABASE = {
  entities: SERVICE_ENTITIES,
  migrations: SERVICE_MIGRATIONS,
  template: unpackTemplate,
};
