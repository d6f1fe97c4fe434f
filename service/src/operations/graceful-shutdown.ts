import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import { constants } from 'node:os';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { RequestsInFlight } from './requests-in-flight.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** Milliseconds for a connection that was accepted last to say what it wants. */
const LAST_WORD = 1_000;

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
      void end(application, requests, logger, timeout * 1000);
    });
}

/** @param patience milliseconds. */
async function end(
  application: NestExpressApplication,
  requests: RequestsInFlight,
  logger: Logger,
  patience: number,
): Promise<void> {
  logger.info({ inFlight: requests.count }, 'The service ends.');
  setTimeout(() => {
    logger.warn({ inFlight: requests.count }, 'The service ends before everything is answered.');
    process.exit(0);
  }, patience).unref();
  const server = application.getHttpServer();
  requests.end();
  await drain(server, requests, patience / 2);
  const closed = stopListening(server);
  await Promise.race([closed, delay(Math.min(LAST_WORD, patience * 0.1))]);
  await requests.idle(patience * 0.2);
  // What is left of the time is for closing: the audit writes what waits.
  server.closeAllConnections();
  try {
    await application.close();
  } catch (error) {
    logger.error({ err: error }, 'Something could not be closed.');
  }
  process.exit(0);
}

/**
 * Still listens, while every answer ends its connection. A proxy that keeps one open may send a request at the very
 * moment in which it is closed from here, and a POST that was sent is never sent twice: so each connection is used once
 * more, or left by the proxy, or gone after the time for which connections are kept (RFC 9112 §9.5).
 */
async function drain(server: Server, requests: RequestsInFlight, patience: number): Promise<void> {
  await requests.left(Math.min(patience, server.keepAliveTimeout));
  await requests.idle(patience - server.keepAliveTimeout);
}

/** Right after the connections that wait were accepted: the kernel resets those that come in between. */
async function stopListening(server: Server): Promise<void> {
  await setImmediate();
  // Ends idle connections too.
  await new Promise((resolve) => server.close(resolve));
}
