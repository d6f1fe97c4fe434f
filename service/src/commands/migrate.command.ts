import { Command } from 'commander';
import { migrateStorage } from 'nestjs-mcp-auth/service-kit';
import { readConfig } from '../config/service-config.js';
import { SERVICE_DATABASE } from '../schema.js';

/** Brings the schema up to date, as the role that owns it. */
export function migrate(): Command {
  return new Command('migrate')
    .description('Brings the schema of the database up to date, as a role that owns it, and ends.')
    .action(async () => {
      const { database } = readConfig(process.env);
      const names = await migrateStorage({ database: { ...database, ...SERVICE_DATABASE } });
      const said = names.map((name) => `${name} is done.\n`).join('');
      process.stdout.write(`${said}The schema is that of this version.\n`);
    });
}
