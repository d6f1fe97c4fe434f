import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { type HttpLogger, pinoHttp } from 'pino-http';
import { isatty, type WriteStream } from 'node:tty';
import { isOutage, OutageLog } from './outage-log.js';
import { readableLog } from './readable-log.js';
import { requestContext } from './request-context.js';

/** What Nest says while it puts itself together: of interest to its developers alone. */
const BOOT_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's log as lines of ours. While the database is away, one a minute speaks for all calls that fail. */
export class ServiceLogger implements LoggerService {
  private readonly outages: OutageLog;

  constructor(private readonly logger: Logger) {
    this.outages = new OutageLog((error, failed) =>
      logger.error({ err: error, failed }, 'Calls fail because something is away that the service needs.'),
    );
  }

  log(message: unknown, context?: string): void {
    const level = context !== undefined && BOOT_CONTEXTS.has(context) ? 'debug' : 'info';
    this.logger[level]({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    // A start that fails is told of in one sentence, by whoever started.
    if (details.at(-1) === 'ExceptionHandler') return;
    const error = [message, ...details].find((each) => each instanceof Error);
    if (isOutage(error)) return this.outages.note(error);
    const stack = details.find((detail) => typeof detail === 'string' && detail.includes('\n'));
    const text = message instanceof Error ? 'Something failed.' : String(message);
    this.logger.error({ err: error, stack: error ? undefined : stack }, text);
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}

/** An error without what it carries: drivers attach statements and their values. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  const isStatement = 'query' in error && 'parameters' in error;
  // PostgreSQL quotes the values that it does not like.
  const said = isStatement ? 'A statement failed.' : message;
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: name,
    message: said,
    code,
    stack: frames,
    ...(cause ? { cause: describeError(cause) } : {}),
  };
}

/**
 * Lines for people on a terminal, and JSON everywhere else. Every line that is written while a request is answered
 * carries its id. `destination` is standard output by default.
 */
export function createLogger(level: string, destination: DestinationStream = process.stdout): Logger {
  const options: LoggerOptions = {
    level,
    serializers: { err: describeError },
    mixin: () => {
      const request = requestContext();
      return request ? { requestId: request.requestId } : {};
    },
  };
  return pino(options, isTerminal(destination) ? readableLog(destination) : destination);
}

function isTerminal(destination: DestinationStream): destination is WriteStream {
  return 'fd' in destination && isatty(Number(destination.fd));
}

/** The end of an answer is not always noticed in its request's context. */
function requestLine({ id }: { id: unknown }, { res, responseTime }: Record<string, unknown>): object {
  return { requestId: id, res, responseTime };
}

/** One line per request: never a query, a header, a cookie or a body, for these hold codes and tokens. */
export function requestLog(logger: Logger): HttpLogger {
  return pinoHttp({
    logger,
    genReqId: () => requestContext()?.requestId ?? '',
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split('?', 1)[0] }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
    customSuccessObject: (request, _response, line: Record<string, unknown>) => requestLine(request, line),
    customErrorObject: (request, _response, _error, line: Record<string, unknown>) =>
      requestLine(request, line),
    // A 503 is told of by the outage behind it.
    customLogLevel: (_request, { statusCode }) =>
      statusCode >= 500 && statusCode !== 503 ? 'error' : 'info',
  });
}
