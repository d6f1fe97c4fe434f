import { IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type HostMiddleware, throughMiddleware } from './through-middleware.js';

type Next = (error?: unknown) => void;
const adding =
  (added: object, later = false): HostMiddleware =>
  (request: IncomingMessage, response: ServerResponse, next: Next) => {
    response.setHeader('Set-Cookie', 'a=b');
    Object.assign(request, added);
    if (later) setImmediate(next);
    else next();
  };

describe('middleware of the host, ahead of its turn', () => {
  const request = () => new IncomingMessage(new Socket());

  it('puts on the request what it puts there, one after the other', async () => {
    const seen = await throughMiddleware<{ session: string; user: string }>(
      request(),
      adding({ session: 'a' }, true),
      adding({ user: 'alice' }),
    );
    expect([seen.session, seen.user]).toEqual(['a', 'alice']);
  });

  it.each<[string, HostMiddleware, string]>([
    [
      'says what is wrong',
      (_request, _response, next) => next(new Error('The store is away.')),
      'The store is away.',
    ],
    [
      'answers by itself',
      (_request, response: ServerResponse) => response.end('no'),
      'answers the request, and does not let it through',
    ],
    [
      'throws',
      () => {
        throw new Error('No session.');
      },
      'No session.',
    ],
  ])('that %s fails', async (_, middleware, sentence) => {
    await expect(throughMiddleware(request(), middleware)).rejects.toThrow(sentence);
  });
});
