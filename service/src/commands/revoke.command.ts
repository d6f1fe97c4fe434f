import { Command } from 'commander';
import { readConfig } from '../config/service-config.js';
import { AccessRevocation, type AccessSelection } from '../people/access-revocation.js';
import { inService } from './in-service.js';
import { readTime } from './time-option.js';

interface Options {
  before: Date;
  user?: string[];
  client?: string[];
  resource?: string[];
}

/** Ends what was made before a time. */
export function revoke(): Command {
  return new Command('revoke')
    .description('Ends all access that was given before a time: tokens, consent, and sign-in sessions.')
    .requiredOption('--before <time>', 'such as 2026-11-30T08:00:00Z', readTime)
    .option('--user <email or id>', 'of this person alone; may be repeated', add)
    .option('--client <id>', 'of this client alone, sessions live on; may be repeated', add)
    .option('--resource <identifier>', 'of this MCP server alone, sessions live on; may be repeated', add)
    .action(async ({ before, user, client, resource }: Options) => {
      const selection: AccessSelection = { users: user, clientIds: client, resources: resource };
      const { grants, sessions } = await inService(readConfig(process.env), (service) =>
        service.get(AccessRevocation).before(before, selection),
      );
      process.stdout.write(`${grants} connections and ${sessions} sign-in sessions are ended.\n`);
    });
}

function add(value: string, before: string[] = []): string[] {
  return [...before, value];
}
