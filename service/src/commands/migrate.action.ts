import { migrateStorage } from 'nestjs-mcp-auth/service-kit';
import { readConfig } from '../config/service-config.js';
import { SERVICE_DATABASE } from '../schema.js';

export async function migrate(): Promise<void> {
  const { database } = readConfig(process.env);
  const names = await migrateStorage({ database: { ...database, ...SERVICE_DATABASE } });
  const said = names.map((name) => `${name} is done.\n`).join('');
  process.stdout.write(`${said}The schema is that of this version.\n`);
}
