import { StatusList } from '@sd-jwt/jwt-status-list';
import { SignJWT } from 'jose';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../host/clock.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import type { VerifiedAccessToken } from './verified-access-token.js';
import { InvalidTokenError } from './invalid-token.error.js';
import { RemoteStatusLists } from './remote-status-lists.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('the status lists of an issuer elsewhere', () => {
  let server: Server;
  let issuer: string;
  let uri: string;
  let requests: number;
  let answer: () => Promise<{ status?: number; headers?: Record<string, string>; body: string }>;

  const seconds = () => Math.floor(Date.now() / 1000);
  const signed = (
    revoked: number[],
    claims: Record<string, unknown> = {},
    typ = 'statuslist+jwt',
    key: KeyObject = privateKey,
  ) => {
    const list = new StatusList(Array<number>(64).fill(0), 1);
    for (const index of revoked) list.setStatus(index, 1);
    return new SignJWT({
      sub: uri,
      iat: seconds(),
      exp: seconds() + 300,
      status_list: { bits: 1, lst: list.compressStatusList() },
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k', typ })
      .sign(key);
  };
  const token = (idx: number, at = uri) =>
    ({ status: { idx, uri: at }, expiresAt: Date.now() + 60_000 }) as VerifiedAccessToken;
  const lists = (maxAge = 300) =>
    new RemoteStatusLists(
      issuer,
      { find: (kid, alg) => (kid === 'k' ? { kid, alg, key: publicKey } : null) },
      new Clock(),
      { interval: 10, maxAge },
    );

  beforeEach(async () => {
    requests = 0;
    server = createServer((_request, response) => {
      requests += 1;
      answer().then(
        ({ status = 200, headers = {}, body }) => response.writeHead(status, headers).end(body),
        () => response.destroy(),
      );
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    uri = `${issuer}/status-lists/0`;
    answer = async () => ({ body: await signed([3]) });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('tell revoked tokens from good ones with one request (Token Status List §8.3)', async () => {
    const known = lists();
    await Promise.all([1, 2, 3, 4].map((idx) => known.learn(token(idx))));
    expect([1, 2, 3, 4].map((idx) => known.isRevoked(token(idx)))).toEqual([false, false, true, false]);
    expect(requests).toBe(1);
  });

  it('are looked at again, and forgotten when no token needs them', async () => {
    const known = lists();
    await known.learn(token(5));
    answer = async () => ({ body: await signed([5]) });
    await known.refresh();
    expect(known.isRevoked(token(5))).toBe(true);
    const other = lists();
    await other.learn({ ...token(5), expiresAt: Date.now() - 1 });
    await other.refresh();
    expect(() => other.isRevoked(token(5))).toThrow(TemporarilyUnavailableError);
    expect(requests).toBe(3);
  });

  it('keep what they said while the issuer is away, until it is too old', async () => {
    const known = lists();
    await known.learn(token(3));
    answer = () => Promise.reject(new Error('away'));
    await known.refresh();
    expect(known.isRevoked(token(3))).toBe(true);
    const strict = lists(-1);
    answer = async () => ({ body: await signed([]) });
    await strict.learn(token(3));
    expect(() => strict.isRevoked(token(3))).toThrow(TemporarilyUnavailableError);
  });

  it('say nothing of a token that names no list', () => {
    expect(lists().isRevoked({ status: null } as VerifiedAccessToken)).toBe(false);
  });

  it('refuse an index outside the list (Token Status List §8.3)', async () => {
    const known = lists();
    await known.learn(token(64));
    expect(known.isRevoked(token(64))).toBe(true);
  });

  it.each(['https://evil.example/list', 'http://127.0.0.1:1/list', 'file:///etc/passwd', 'list', ''])(
    'are not asked for elsewhere than at the issuer: %s',
    async (elsewhere) => {
      await expect(lists().learn(token(1, elsewhere))).rejects.toThrow(InvalidTokenError);
      expect(requests).toBe(0);
    },
  );

  it.each<[string, typeof answer]>([
    ['is away', () => Promise.reject(new Error('away'))],
    ['answers 404', async () => ({ status: 404, body: await signed([]) })],
    ['redirects', async () => ({ status: 302, headers: { location: issuer }, body: '' })],
    ['answers nonsense', async () => ({ body: 'nonsense' })],
    ['is endless', async () => ({ body: 'x'.repeat(2_100_000) })],
    [
      'is signed with another key',
      async () => ({
        body: await signed(
          [],
          {},
          'statuslist+jwt',
          generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
        ),
      }),
    ],
    ['is an access token', async () => ({ body: await signed([], {}, 'at+jwt') })],
    ['is another list', async () => ({ body: await signed([], { sub: `${issuer}/status-lists/1` }) })],
    ['has expired', async () => ({ body: await signed([], { exp: seconds() - 60 }) })],
    ['holds no list', async () => ({ body: await signed([], { status_list: undefined }) })],
    [
      'holds no compressed list',
      async () => ({ body: await signed([], { status_list: { bits: 1, lst: '!' } }) }),
    ],
  ])('leave the token undecided when the list %s (Token Status List §8.3)', async (_, given) => {
    answer = given;
    const known = lists();
    await expect(known.learn(token(1))).rejects.toThrow(TemporarilyUnavailableError);
    expect(() => known.isRevoked(token(1))).toThrow(TemporarilyUnavailableError);
    answer = async () => ({ body: await signed([]) });
    await known.learn(token(1));
    expect(known.isRevoked(token(1))).toBe(false);
  });
});
