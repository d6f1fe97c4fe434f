import type { NestExpressApplication } from '@nestjs/platform-express';
import { constants } from 'node:os';
import type { Logger } from 'pino';
import type { RequestsInFlight } from './requests-in-flight.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Ends the process in order at the first signal: requests in flight are answered, then everything is closed. The second
 * signal ends it at once, as does the end of `timeout` seconds.
 */
export function endOnSignal(
  application: NestExpressApplication,
  requests: RequestsInFlight,
  logger: Logger,
  timeout: number,
): void {
  let ending = false;
  for (const signal of SIGNALS)
    process.on(signal, () => {
      if (ending) process.exit(128 + constants.signals[signal]);
      ending = true;
      void end(application, requests, logger, timeout);
    });
}

async function end(
  application: NestExpressApplication,
  requests: RequestsInFlight,
  logger: Logger,
  timeout: number,
): Promise<void> {
  const patience = timeout * 1000;
  logger.info({ inFlight: requests.count }, 'The service ends.');
  setTimeout(() => {
    logger.warn({ inFlight: requests.count }, 'The service ends before everything is answered.');
    process.exit(0);
  }, patience).unref();
  requests.end();
  // While something is in flight the service still listens, so that a proxy sees it leave before it is gone.
  await requests.idle(patience / 2);
  const server = application.getHttpServer();
  server.close();
  await requests.idle(patience * 0.3);
  // What is left of the time is for closing: the audit writes what waits.
  server.closeAllConnections();
  try {
    await application.close();
  } catch (error) {
    logger.error({ err: error }, 'Something could not be closed.');
  }
  process.exit(0);
}
