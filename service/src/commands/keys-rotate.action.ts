import { McpSigningKeys } from 'nestjs-mcp-auth';
import { readConfig } from '../config/service-config.js';
import { inService } from './in-service.js';

export interface RotateOptions {
  compromised?: true;
}

export async function rotateKeys({ compromised }: RotateOptions): Promise<void> {
  const config = readConfig(process.env);
  const keys = await inService(config, (service) =>
    service.get(McpSigningKeys).rotate({ compromised: compromised ?? false }),
  );
  if (keys.length === 0)
    throw new Error('There are no signing keys yet: the first start of the service makes them.');
  for (const { alg, kid, activatesAt } of keys)
    process.stdout.write(`The ${alg} key ${kid} signs from ${activatesAt.toISOString()}.\n`);
}
