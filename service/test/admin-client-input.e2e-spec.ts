import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const PROBLEM = 'application/problem+json; charset=utf-8';
const NO_ONE = '00000000-0000-4000-8000-000000000000';
const NUL = '\0';
const HALF = '\ud800';
const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('what the admin API refuses to read about clients and connections', () => {
  let service: Standalone;
  let token: string;

  beforeAll(async () => {
    service = await startStandalone();
    token = await adminToken(service, 'admin:clients admin:connections');
  });
  afterAll(() => service.close());

  const clients = async () =>
    JSON.stringify([
      await everything(service),
      await service.dataSource.query<object[]>('SELECT * FROM mcp_auth."oauthApplication" ORDER BY 1'),
    ]);

  const APP = { name: 'A', redirectUris: ['https://a.example/'], confidential: true };
  const SEEN = { connections: 1, at: '2026-01-01T00:00:00Z' };
  const LONG = 'x'.repeat(10_000);

  it.each<[string, string, string, unknown, string, string]>([
    ['a kind that there is not', 'GET', '/clients?kind=robots', undefined, 'kind', 'one of'],
    ['a state that there is not', 'GET', '/clients?state=asleep', undefined, 'state', 'one of'],
    ['an order that there is not', 'GET', '/clients?sort=people', undefined, 'sort', 'one of'],
    ['a search of 10,000 characters', 'GET', `/clients?search=${LONG}`, undefined, 'search', 'at most 200'],
    ['a search with NUL', 'GET', '/clients?search=%00', undefined, 'search', 'cannot be kept'],
    ['a search twice', 'GET', '/clients?search=a&search=b', undefined, 'search', 'must be a text'],
    ['a kind of service accounts', 'GET', '/service-accounts?kind=document', undefined, 'kind', 'not known'],
    ['a forged cursor', 'GET', `/clients?cursor=${forged(['a'])}`, undefined, 'cursor', 'none that'],
    ['a cursor with NUL', 'GET', `/clients?cursor=${forged([NUL, 'a'])}`, undefined, 'cursor', 'none that'],
    [
      'a cursor with half a character',
      'GET',
      `/clients?cursor=${forged([HALF, 'a'])}`,
      undefined,
      'cursor',
      'none that',
    ],
    [
      'a cursor of another order',
      'GET',
      `/clients?sort=createdAt&cursor=${forged(['Jan 1 2026 (x)', 'a'])}`,
      undefined,
      'cursor',
      'none that',
    ],
    [
      'a cursor of no connection',
      'GET',
      `/connections?cursor=${forged(['2026-02-31 00:00:00+00', NO_ONE])}`,
      undefined,
      'cursor',
      'none that',
    ],
    [
      'a person of 10,000 characters',
      'GET',
      `/connections?person=${LONG}`,
      undefined,
      'person',
      'at most 254',
    ],
    ['a person of none', 'GET', '/connections?person=', undefined, 'person', 'not be empty'],
    [
      'a time that nobody asks for',
      'GET',
      '/connections?unused=7',
      undefined,
      'unused',
      'one of 30, 90, 180',
    ],
    ['a count with a cursor', 'GET', '/connections/count?cursor=x', undefined, 'cursor', 'not known'],
    ['an end of what was not counted', 'POST', '/connections/end', {}, 'connections', 'that was counted'],
    ['an end with no time', 'POST', '/connections/end', { connections: 1 }, 'at', 'must be a time'],
    [
      'an end at a time that names no zone',
      'POST',
      '/connections/end',
      { ...SEEN, at: '2026-07-01T08:00' },
      'at',
      'must be a time',
    ],
    ['an end at a week', 'POST', '/connections/end', { ...SEEN, at: '2026-W01-1' }, 'at', 'must be a time'],
    [
      'an end of half a connection',
      'POST',
      '/connections/end',
      { ...SEEN, connections: 0.5 },
      'connections',
      'that was counted',
    ],
    [
      'an end of a misspelt filter',
      'POST',
      '/connections/end',
      { ...SEEN, persons: 'a' },
      'persons',
      'not known',
    ],
    [
      'an end of a server with NUL',
      'POST',
      '/connections/end',
      { ...SEEN, resource: NUL },
      'resource',
      'cannot be kept',
    ],
    [
      'an end of half a character',
      'POST',
      '/connections/end',
      { ...SEEN, client: HALF },
      'client',
      'cannot be kept',
    ],
    ['a name of nothing', 'POST', '/clients', { ...APP, name: '' }, 'name', 'not be empty'],
    [
      'a secret that is no boolean',
      'POST',
      '/clients',
      { ...APP, confidential: 'yes' },
      'confidential',
      'true or false',
    ],
    [
      'a redirect URI that is no list',
      'POST',
      '/clients',
      { ...APP, redirectUris: 'https://a.example/' },
      'redirectUris',
      'a list',
    ],
    [
      'a redirect URI that is a number',
      'POST',
      '/clients',
      { ...APP, redirectUris: [1] },
      'redirectUris',
      'texts alone',
    ],
    [
      'too many redirect URIs',
      'POST',
      '/clients',
      { ...APP, redirectUris: Array(21).fill('https://a.example/') },
      'redirectUris',
      'at most 20',
    ],
    [
      'a redirect URI with NUL',
      'POST',
      '/clients',
      { ...APP, redirectUris: [NUL] },
      'redirectUris',
      'cannot be kept',
    ],
    [
      'an account without an id',
      'POST',
      '/service-accounts',
      { resources: [], scopes: [] },
      'clientId',
      'a text',
    ],
    [
      'an account without servers',
      'POST',
      '/service-accounts',
      { clientId: 'a', scopes: [] },
      'resources',
      'a list',
    ],
    [
      'a longer overlap',
      'POST',
      `/clients/${NO_ONE}/secret`,
      { overlap: 604_801 },
      'overlap',
      'at most 604800',
    ],
    ...['person', 'client', 'resource', 'scope', 'unused'].map(
      (filter): [string, string, string, unknown, string, string] => [
        `null for ${filter}, which would select all`,
        'POST',
        '/connections/end',
        { ...SEEN, [filter]: null },
        filter,
        'must be',
      ],
    ),
    ['an overlap of text', 'POST', `/clients/${NO_ONE}/secret`, { overlap: '0' }, 'overlap', 'whole seconds'],
  ])('%s, saying where', async (_what, method, path, body, parameter, detail) => {
    const before = await clients();
    const headers = { 'if-match': '*' };
    const answer = await api(service, token, method, path, { body, headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, PROBLEM]);
    expect(answer.body['errors']).toContainEqual({
      parameter,
      detail: expect.stringContaining(detail) as string,
    });
    expect(await clients()).toBe(before);
  });

  it.each<[string, string, object, number, string]>([
    ['an application that returns nowhere', '/clients', { ...APP, redirectUris: [] }, 400, 'Say where'],
    ['one that returns by ftp', '/clients', { ...APP, redirectUris: ['ftp://x'] }, 400, 'ftp://x'],
    [
      'an id with a space',
      '/service-accounts',
      { clientId: 'a b', resources: [], scopes: [] },
      400,
      'letters, digits',
    ],
    [
      'an id that is a UUID',
      '/service-accounts',
      { clientId: NO_ONE, resources: [], scopes: [] },
      400,
      "could be a user's",
    ],
    [
      'a server that is no URL',
      '/service-accounts',
      { clientId: 'a', resources: ['x'], scopes: [] },
      400,
      'absolute http(s) URL',
    ],
    [
      'a scope of the service itself',
      '/service-accounts',
      { clientId: 'a', resources: [], scopes: ['openid'] },
      400,
      'no scope of a resource',
    ],
  ])('%s, in one sentence', async (_what, path, body, status, sentence) => {
    const before = await clients();
    const answer = await api(service, token, 'POST', path, { body });
    expect(answer.body).toMatchObject({ status, detail: expect.stringContaining(sentence) as string });
    expect(await clients()).toBe(before);
  });
});
