import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { constants } from 'node:os';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { RequestsInFlight } from './requests-in-flight.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** Milliseconds for a connection that was accepted last to say what it wants. */
const LAST_WORD = 1_000;
/** Milliseconds of a turn of the event loop in which hardly anything happens, and for which one is waited. */
const [QUIET_TURN, QUIET_TURN_WAIT] = [0.05, 500];

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

/** Ends idle connections too. */
async function stopListening(server: Server): Promise<void> {
  await quietTurn();
  // Not that of HTTP: it looks after idle connections first, and meanwhile others come.
  const closed = new Promise((resolve) => TcpServer.prototype.close.call(server, resolve));
  server.closeIdleConnections();
  await closed;
}

/**
 * Resolves right after a look for new connections: the kernel resets those that it has taken between the last look and
 * the end of listening. So the turn of the event loop with that look must have had hardly anything else to do.
 */
async function quietTurn(): Promise<void> {
  const begun = performance.now();
  for (let before = begun, now = begun; now - begun < QUIET_TURN_WAIT; before = now) {
    await setImmediate();
    now = performance.now();
    if (now - before < QUIET_TURN) return;
  }
}
