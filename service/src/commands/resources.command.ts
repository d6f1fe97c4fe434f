import { Command } from 'commander';

/** Lists the MCP servers that the database knows; writes nothing. */
export function resourcesList(): Command {
  return new Command('list')
    .description('Lists the MCP servers that the service knows.')
    .action(async () => (await import('./resources.action.js')).listResources());
}

/** Takes an MCP server out of service for good. */
export function resourcesRetire(): Command {
  return new Command('retire')
    .description('Refuses all tokens of an MCP server from now on, and issues no more for it.')
    .argument('<identifier>', 'of the MCP server, as `resources list` shows it')
    .action(async (identifier: string) => (await import('./resources.action.js')).retireResource(identifier));
}
