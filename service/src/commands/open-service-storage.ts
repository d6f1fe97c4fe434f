import { type McpStorage, openStorage } from 'nestjs-mcp-auth/service-kit';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_DATABASE } from '../schema.js';

/** What the service of this configuration keeps, as it is: a command that reads changes no schema. */
export function openServiceStorage({ database, secrets }: ServiceConfig): Promise<McpStorage> {
  return openStorage({
    database: { ...database, ...SERVICE_DATABASE, migrate: false, poolSize: 1 },
    secret: secrets,
  });
}
