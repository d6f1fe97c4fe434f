import { Command } from 'commander';
import { McpSigningKeys } from 'nestjs-mcp-auth';
import { readConfig } from '../config/service-config.js';
import { inService } from './in-service.js';

/** Gives every signing key its successor. */
export function keysRotate(): Command {
  return new Command('rotate')
    .description('Publishes new signing keys, which take over once everybody knows them.')
    .option('--compromised', 'at once, and every token of the old ones is refused: they have leaked')
    .action(async ({ compromised }: { compromised?: true }) => {
      const config = readConfig(process.env);
      const keys = await inService(config, (service) =>
        service.get(McpSigningKeys).rotate({ compromised: compromised ?? false }),
      );
      if (keys.length === 0)
        throw new Error('There are no signing keys yet: the first start of the service makes them.');
      for (const { alg, kid, activatesAt } of keys)
        process.stdout.write(`The ${alg} key ${kid} signs from ${activatesAt.toISOString()}.\n`);
    });
}
