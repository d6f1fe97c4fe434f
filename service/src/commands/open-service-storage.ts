import { type McpStorage, openStorage } from 'nestjs-mcp-auth/service-kit';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_ENTITIES, SERVICE_MIGRATIONS } from '../schema.js';

/** What the service of this configuration keeps. */
export function openServiceStorage({ database, secrets }: ServiceConfig): Promise<McpStorage> {
  return openStorage({
    database: { ...database, poolSize: 1, entities: SERVICE_ENTITIES, migrations: SERVICE_MIGRATIONS },
    secret: secrets,
  });
}
