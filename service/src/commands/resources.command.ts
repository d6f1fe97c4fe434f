import { Command } from 'commander';
import { McpResources } from 'nestjs-mcp-auth';
import { storedResources } from 'nestjs-mcp-auth/service-kit';
import { readConfig } from '../config/service-config.js';
import { inService } from './in-service.js';
import { openServiceStorage } from './open-service-storage.js';

/** Lists the MCP servers that the database knows; writes nothing. */
export function resourcesList(): Command {
  return new Command('list').description('Lists the MCP servers that the service knows.').action(async () => {
    const { dataSource } = await openServiceStorage(readConfig(process.env));
    try {
      for (const { identifier, name, enabled } of await storedResources(dataSource))
        process.stdout.write(`${[identifier, enabled ? 'enabled' : 'retired', name].join('\t')}\n`);
    } finally {
      await dataSource.destroy();
    }
  });
}

/** Takes an MCP server out of service for good. */
export function resourcesRetire(): Command {
  return new Command('retire')
    .description('Refuses all tokens of an MCP server from now on, and issues no more for it.')
    .argument('<identifier>', 'of the MCP server, as `resources list` shows it')
    .action(async (identifier: string) => {
      const changed = await inService(readConfig(process.env), (service) =>
        service.get(McpResources).disable(identifier),
      );
      process.stdout.write(
        changed ? `${identifier} is retired.\n` : `${identifier} was retired already: nothing has changed.\n`,
      );
    });
}
