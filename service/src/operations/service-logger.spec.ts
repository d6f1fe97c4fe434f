import { ExpressAdapter } from '@nestjs/platform-express';
import type { Request, RequestHandler, Response } from 'express';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as later } from 'node:timers/promises';
import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { enterRequest } from './request-context.js';
import { createLogger, requestLog } from './service-logger.js';

async function linesOf(handler: (log: ReturnType<typeof createLogger>) => Promise<void>) {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('trace', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const adapter = new ExpressAdapter();
  adapter.use(enterRequest as RequestHandler);
  adapter.use(requestLog(logger));
  adapter.get('/', (_request: Request, response: Response) => {
    void handler(logger).then(() => response.status(500).end());
  });
  const server = createServer(adapter.getInstance<RequestListener>()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const { headers } = await fetch(`http://127.0.0.1:${port}/?query`);
  while (!lines.some(({ req }) => req !== undefined)) await later();
  server.close();
  return { lines, id: headers.get('x-request-id') };
}

describe('the log', () => {
  it('carries the id of the request in every line, however late it is written, and once', async () => {
    const { lines, id } = await linesOf(async (log) => {
      log.info('at once');
      await later();
      log.child({ context: 'child' }).info('later');
    });
    expect(lines.map(({ msg, requestId }) => [msg, requestId])).toEqual([
      ['at once', id],
      ['later', id],
      ['request errored', id],
    ]);
  });

  it('says of an error what it is and where it was thrown, and not what a statement carried', async () => {
    const { lines } = await linesOf(async (log) => {
      const driver = Object.assign(new Error('invalid input syntax for type uuid: "a-value"'), {
        code: '22P02',
        detail: 'Key (email)=(ada@example.com) exists.',
      });
      log.error({ err: new QueryFailedError('SELECT a-statement', ['a-parameter'], driver) }, 'It failed.');
    });
    const [line] = lines;
    expect(line).toMatchObject({
      msg: 'It failed.',
      err: { type: 'QueryFailedError', message: 'A statement failed.', code: '22P02' },
    });
    const written = JSON.stringify(lines);
    for (const secret of ['a-value', 'ada@example.com', 'a-statement', 'a-parameter'])
      expect(written).not.toContain(secret);
  });
});
