import { Command } from 'commander';

/** Brings the schema up to date, as the role that owns it. */
export function migrate(): Command {
  return new Command('migrate')
    .description('Brings the schema of the database up to date, as a role that owns it, and ends.')
    .action(async () => (await import('./migrate.action.js')).migrate());
}
