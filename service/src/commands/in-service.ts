import type { INestApplicationContext } from '@nestjs/common';
import type { ServiceConfig } from '../config/service-config.js';
import { createLogger } from '../operations/service-logger.js';
import { buildService } from '../start-service.js';

/** Connections to the database: a command has no crowd, and the service needs its own. */
const POOL_SIZE = 4;

/**
 * Does what changes something in a service that never listens, beside those that do: it changes no schema, counts no
 * requests, and does not write down what its options say.
 */
export async function inService<Result>(
  config: ServiceConfig,
  work: (service: INestApplicationContext) => Promise<Result>,
): Promise<Result> {
  const quiet: ServiceConfig = {
    ...config,
    database: { ...config.database, migrate: false, poolSize: POOL_SIZE },
    metrics: { token: null, port: null, host: config.metrics.host },
    rateLimit: { enabled: false, redis: null },
  };
  const service = await buildService(quiet, undefined, createLogger('warn', process.stderr));
  try {
    await service.init();
    return await work(service);
  } finally {
    await service.close();
  }
}
