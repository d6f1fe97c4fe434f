import { McpResources } from 'nestjs-mcp-auth';
import { storedResources } from 'nestjs-mcp-auth/service-kit';
import { readConfig } from '../config/service-config.js';
import { inService } from './in-service.js';
import { openServiceStorage } from './open-service-storage.js';

export async function listResources(): Promise<void> {
  const { dataSource } = await openServiceStorage(readConfig(process.env));
  try {
    for (const { identifier, name, enabled } of await storedResources(dataSource))
      process.stdout.write(`${[identifier, enabled ? 'enabled' : 'retired', name].join('\t')}\n`);
  } finally {
    await dataSource.destroy();
  }
}

export async function retireResource(identifier: string): Promise<void> {
  const changed = await inService(readConfig(process.env), (service) =>
    service.get(McpResources).disable(identifier),
  );
  process.stdout.write(
    changed ? `${identifier} is retired.\n` : `${identifier} was retired already: nothing has changed.\n`,
  );
}
