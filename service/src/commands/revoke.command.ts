import { Command } from 'commander';
import type { RevokeOptions } from './revoke.action.js';
import { readTime } from './time-option.js';

/** Ends what was made before a time. */
export function revoke(): Command {
  return new Command('revoke')
    .description('Ends all access that was given before a time: tokens, consent, and sign-in sessions.')
    .requiredOption('--before <time>', 'such as 2026-11-30T08:00:00Z', readTime)
    .option('--user <email or id>', 'of this person alone; may be repeated', add)
    .option('--client <id>', 'of this client alone, sessions live on; may be repeated', add)
    .option('--resource <identifier>', 'of this MCP server alone, sessions live on; may be repeated', add)
    .action(async (options: RevokeOptions) => (await import('./revoke.action.js')).revoke(options));
}

function add(value: string, before: string[] = []): string[] {
  return [...before, value];
}
