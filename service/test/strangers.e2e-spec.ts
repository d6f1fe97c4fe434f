import { createHash } from 'node:crypto';
import { DiscoveryService } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, encode } from '../../test/support/browser.js';
import { DocumentServer } from '../../test/support/document-server.js';
import { parseForm } from '../../test/support/html-form.js';
import { ENDPOINTS } from '../../src/endpoints/endpoints.js';
import { auditSealed } from './support/audit.js';
import { declaredRoutes } from './support/declared-routes.js';
import { startFederatedService } from './support/federated-person.js';
import type { Standalone } from './support/standalone.js';

type Answer = Pick<Response, 'status'>;
type Rows = Record<string, number>;

const TRIES = 8;
const REDIRECT = 'https://client.example/';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
/** Of rows that count: one for each address and kind at least, which ends with its minute, or for each day of the service. */
const COUNTS = ['rateLimit', 'dailyCount', 'countedUntil'];

describe('what somebody leaves behind who is not signed in', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let service: Standalone;
  let documents: DocumentServer;
  let clientId: string;

  beforeAll(async () => {
    const limits = {
      MCP_AUTH_RATE_LIMIT: 'on',
      MCP_AUTH_TRUST_PROXY: 'loopback',
      MCP_AUTH_CLIENT_DOCUMENTS: 'loopback',
      MCP_AUTH_DEVICE_AUTHORIZATION: 'on',
      MCP_AUTH_REGISTRATION_MANAGEMENT: 'on',
    };
    federated = await startFederatedService({ ...limits, MCP_AUTH_METRICS_TOKEN: 'x'.repeat(32) });
    ({ service } = federated);
    documents = await DocumentServer.start();
    ({ client_id: clientId } = (await (await register('192.0.2.9')).json()) as { client_id: string });
  });
  afterAll(async () => {
    await documents.close();
    await federated.close();
  });

  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${service.issuer}${path}`, { redirect: 'manual', ...init });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: encode(fields),
    });
  const register = (address: string) =>
    send('/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({
        redirect_uris: [REDIRECT],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', DEVICE_CODE],
      }),
    });
  const request = (client: string) => ({
    client_id: client,
    redirect_uri: REDIRECT,
    response_type: 'code',
    code_challenge: createHash('sha256').update('x').digest('base64url'),
    code_challenge_method: 'S256',
    resource: service.mcpUrl,
  });
  const authorize = (client: string, address = '192.0.2.1') =>
    send(`/authorize?${encode(request(client))}`, { headers: { 'x-forwarded-for': address } });
  /** Presses a button as the sign-in page has it. */
  const press = async (path: string, fields: Record<string, string> = {}) => {
    const browser = new Browser();
    const { body } = await browser.get(`${service.issuer}/sign-in`);
    const { csrf } = Object.fromEntries(parseForm(body).fields) as { csrf: string };
    return browser.post(`${service.issuer}${path}`, { csrf, ...fields });
  };
  const documentOf = (number: number) => {
    const path = `/client-${number}`;
    const client_id = documents.url(path);
    documents.serve(path, {
      client_id,
      client_name: 'A client',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
    });
    return client_id;
  };
  const token = (fields: Record<string, string>) => post('/token', { client_id: clientId, ...fields });

  const CLIENTS = { oauthApplication: 1, auditEvent: 1 };
  const INTERACTIONS = { oauthInteraction: 1 };
  /** One line of the audit for each that fails, until the limit of its kind. */
  const REFUSED = { auditEvent: 1 };

  /** Everything that somebody can ask for without being signed in, and what each time leaves beside counts. */
  const KINDS: [route: string, ask: (number: number) => Promise<Answer>, leaves: Rows][] = [
    ['POST /register', () => register('192.0.2.2'), CLIENTS],
    ['GET /authorize', () => authorize(clientId), INTERACTIONS],
    ['GET /authorize', (number) => authorize(documentOf(number)), INTERACTIONS],
    ['GET /authorize', (number) => authorize(`unknown-${number}`), REFUSED],
    ['POST /authorize', () => post('/authorize', request(clientId)), INTERACTIONS],
    ['POST /par', () => post('/par', request(clientId)), { oauthPushedRequest: 1, auditEvent: 1 }],
    ['POST /par', (number) => post('/par', request(`unknown-${number}`)), REFUSED],
    [
      'POST /device_authorization',
      () => post('/device_authorization', { client_id: clientId, resource: service.mcpUrl }),
      { oauthDeviceCode: 1, auditEvent: 1 },
    ],
    [
      'POST /device_authorization',
      (number) => post('/device_authorization', { client_id: `unknown-${number}` }),
      REFUSED,
    ],
    ['GET /device', (number) => send(`/device?user_code=${number}`), {}],
    ['POST /device', (number) => post('/device', { user_code: `${number}` }), REFUSED],
    ['GET /device/:answer', () => send('/device/allowed'), {}],
    ['GET /end-session', (number) => send(`/end-session?client_id=${number}`), REFUSED],
    ['POST /end-session', (number) => post('/end-session', { id_token_hint: `${number}` }), REFUSED],
    ['POST /end-session/answer', (number) => post('/end-session/answer', { form: `${number}` }), {}],
    ...(['GET', 'PUT', 'DELETE'] as const).map(
      (method): [string, (number: number) => Promise<Answer>, Rows] => [
        `${method} /register/:clientId`,
        (number) => send(`/register/${clientId}`, { method, headers: { authorization: `Bearer ${number}` } }),
        REFUSED,
      ],
    ),
    ['GET /interaction/:id', (number) => send(`/interaction/${number}`), {}],
    ['POST /interaction/:id', (number) => post(`/interaction/${number}`, { decision: 'approve' }), {}],
    ['POST /token', (number) => token({ grant_type: 'refresh_token', refresh_token: `${number}` }), REFUSED],
    ['POST /token', (number) => token({ grant_type: `${number}` }), REFUSED],
    ['POST /token', (number) => token({ client_id: `${number}`, grant_type: 'refresh_token' }), REFUSED],
    ['POST /revoke', (number) => post('/revoke', { client_id: clientId, token: `${number}` }), {}],
    ['POST /introspect', (number) => post('/introspect', { client_id: `${number}`, token: 'x' }), REFUSED],
    ['GET /userinfo', (number) => send('/userinfo', { headers: { authorization: `Bearer ${number}` } }), {}],
    ['POST /userinfo', (number) => post('/userinfo', { access_token: `${number}` }), {}],
    ['GET /jwks', () => send('/jwks'), {}],
    ['GET /resource-metadata', () => send(`/resource-metadata?${encode({ resource: service.mcpUrl })}`), {}],
    ['GET /status-lists/:number', (number) => send(`/status-lists/${number}`), {}],
    [
      'GET /.well-known/oauth-authorization-server,.well-known/openid-configuration',
      () => send('/.well-known/openid-configuration'),
      {},
    ],
    [
      'GET /.well-known/oauth-protected-resource',
      () => send('/.well-known/oauth-protected-resource/mcp'),
      {},
    ],
    ['GET /sign-in', () => send('/sign-in'), {}],
    [
      'POST /sign-in',
      (number) => press('/sign-in', { email: `${number}@example.com`, password: 'x' }),
      REFUSED,
    ],
    ['POST /sign-out', () => press('/sign-out'), {}],
    ['POST /sign-in/:provider', () => press('/sign-in/sso'), {}],
    ['GET /sign-in/:provider/callback', (number) => send(`/sign-in/sso/callback?state=${number}`), REFUSED],
    ...(['setup', 'invitation', 'password'] as const).flatMap(
      (page): [string, (number: number) => Promise<Answer>, Rows][] => [
        [`GET /${page}`, (number) => send(`/${page}?token=${number}`), {}],
        [`POST /${page}`, (number) => press(`/${page}`, { token: `${number}`, password: 'x' }), {}],
      ],
    ),
    ['GET /password/set', () => send('/password/set'), {}],
    ['GET /health/live', () => send('/health/live'), {}],
    ['GET /health/ready', () => send('/health/ready'), {}],
    ['GET /metrics', () => send('/metrics'), {}],
    ...['/mcp', '/admin/mcp'].flatMap((server): [string, (number: number) => Promise<Answer>, Rows][] => [
      [
        `POST ${server}`,
        (number) => send(server, { method: 'POST', headers: { authorization: `Bearer ${number}` } }),
        {},
      ],
      [`GET ${server}`, () => send(server), {}],
      [`DELETE ${server}`, () => send(server, { method: 'DELETE' }), {}],
    ]),
    ['GET /logo/:hash', (number) => send(`/logo/${number}`), {}],
    ['ALL /admin/api/v1/*path', () => send('/admin/api/v1/people', { method: 'PATCH' }), {}],
    ['GET /admin/api/v1/openapi.json', () => send('/admin/api/v1/openapi.json'), {}],
  ];

  const rows = async (): Promise<Rows> => {
    await auditSealed(service);
    const tables = await service.dataSource.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'mcp_auth' AND tablename <> ALL ($1)`,
      [COUNTS],
    );
    const counts = tables.map(
      ({ name }) => `SELECT '${name}' AS name, count(*)::int AS count FROM mcp_auth."${name}"`,
    );
    const found = await service.dataSource.query<{ name: string; count: number }[]>(
      counts.join(' UNION ALL '),
    );
    return Object.fromEntries(found.map(({ name, count }) => [name, count]));
  };
  const difference = (before: Rows, after: Rows): [string, number][] =>
    Object.entries(after)
      .map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)])
      .filter(([, more]) => more !== 0);
  /** What there is more of; some of what was there may have ended with its time. */
  const left = (before: Rows, after: Rows): Rows =>
    Object.fromEntries(difference(before, after).filter(([, more]) => more > 0));

  it('is listed here for every route', () => {
    const controllers = service.application.get(DiscoveryService).getControllers();
    const ours = declaredRoutes(controllers.map(({ metatype }) => metatype));
    const open = Object.keys(ours).filter((route) => ours[route] === 'anyone');
    const library = Object.keys(declaredRoutes(ENDPOINTS));
    const listed = new Set(KINDS.map(([route]) => route));
    expect([...listed].toSorted()).toEqual([...new Set(open.concat(library))].toSorted());
  });

  it.each(KINDS)('is what the table says: %s', async (_, ask, leaves) => {
    const before = await rows();
    for (let number = 0; number < TRIES; number++) expect((await ask(number)).status).toBeLessThan(500);
    const each = Object.entries(leaves).map(([name, count]) => [name, count * TRIES]);
    // No time passes here, so that nothing may be gone, either.
    expect(Object.fromEntries(difference(before, await rows()))).toEqual(Object.fromEntries(each));
  });

  it.each<[string, number, (number: number) => Promise<Answer>, Rows]>([
    ['clients', 30, () => register('192.0.2.3'), CLIENTS],
    ['authorizations', 1_000, () => authorize(clientId, '192.0.2.3'), INTERACTIONS],
    ['authorizations of unknown clients', 300, (number) => authorize(`u-${number}`, '192.0.2.4'), REFUSED],
    [
      'tokens of unknown clients',
      300,
      (number) =>
        post('/token', { client_id: `u-${number}`, grant_type: 'x' }, { 'x-forwarded-for': '192.0.2.5' }),
      REFUSED,
    ],
    [
      'tokens of a client',
      60,
      (number) =>
        post(
          '/token',
          { client_id: clientId, grant_type: 'refresh_token', refresh_token: `${number}` },
          { 'x-forwarded-for': '192.0.2.6' },
        ),
      REFUSED,
    ],
    [
      'ways back from a provider',
      300,
      (number) =>
        send(`/sign-in/sso/callback?state=${number}`, { headers: { 'x-forwarded-for': '192.0.2.7' } }),
      REFUSED,
    ],
  ])('is bounded for an address and a minute: %s, %i', async (_, most, ask, leaves) => {
    const before = await rows();
    const statuses: number[] = [];
    for (let number = 0; number < most; number += 20) {
      const some = Array.from({ length: 20 }, (_one, index) => ask(number + index));
      statuses.push(...(await Promise.all(some)).map(({ status }) => status));
    }
    for (let number = 0; number < 20; number++) statuses.push((await ask(most + number)).status);
    expect(statuses.slice(-10)).toEqual(Array.from({ length: 10 }, () => 429));
    const found = left(before, await rows());
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(leaves).toSorted());
    // What is under way together may pass the limit once.
    for (const [name, count] of Object.entries(leaves))
      expect(found[name]).toBeLessThanOrEqual((most + 20) * count);
  });
});
