import { type ArgumentsHost, HttpException, Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { afterAll, describe, expect, it } from 'vitest';
import { ServiceExceptionFilter } from './service-exception.filter.js';
import { createLogger, ServiceLogger } from './service-logger.js';

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('the log of requests that fail', () => {
  afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

  /** Lines of the log, after so many requests have failed. */
  const linesOf = (fail: () => unknown): { err?: { message: string } }[] => {
    const lines: string[] = [];
    Logger.overrideLogger(
      new ServiceLogger(createLogger('info', { write: (line) => void lines.push(line) })),
    );
    const filter = new ServiceExceptionFilter();
    const response = {
      set: () => response,
      status: () => response,
      json: () => response,
      headersSent: false,
    };
    const request = { path: '/', accepts: () => 'json', get: () => 'application/json' };
    const host = { switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }) };
    for (let times = 0; times < 100; times += 1) filter.catch(fail(), host as unknown as ArgumentsHost);
    return lines.map((line) => JSON.parse(line) as { err?: { message: string } });
  };

  it.each<[string, () => unknown]>([
    ['the connection is refused', refused],
    ['it is refused at every address', () => new AggregateError([refused(), refused()])],
    ['the connection ended', () => new Error('Connection terminated unexpectedly')],
    ['a statement finds it so', () => new QueryFailedError('SELECT $1', ['secret'], refused())],
    ['the server shuts down', () => Object.assign(new Error('terminating'), { code: '57P01' })],
    ['the library says so', () => new HttpException('away', 503)],
  ])('is one line a minute while the database is away: %s', (_, fail) => {
    expect(linesOf(fail)).toHaveLength(1);
  });

  it('is one line for each fault', () => {
    expect(linesOf(() => new Error('a fault'))).toHaveLength(100);
  });

  it('says nothing of what is refused', () => {
    expect(linesOf(() => new HttpException('no', 403))).toEqual([]);
  });
});
