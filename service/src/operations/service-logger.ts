import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { type HttpLogger, pinoHttp } from 'pino-http';
import { requestContext } from './request-context.js';

/** What Nest says while it puts itself together: of interest to its developers alone. */
const BOOT_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's log as JSON lines. */
export class ServiceLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    const level = context !== undefined && BOOT_CONTEXTS.has(context) ? 'debug' : 'info';
    this.logger[level]({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    const error = [message, ...details].find((each) => each instanceof Error);
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

/** Every line that is written while a request is answered carries its id. `destination` is standard output by default. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    serializers: { err: describeError },
    mixin: () => {
      const request = requestContext();
      return request ? { requestId: request.requestId } : {};
    },
  };
  return destination ? pino(options, destination) : pino(options);
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
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'error' : 'info'),
  });
}
