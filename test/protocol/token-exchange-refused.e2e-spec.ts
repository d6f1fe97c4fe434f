import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { TOKEN_TYPE } from '../../src/oauth/token-type.js';
import { INTROSPECTION, startReplicas, startService, type TestService } from '../support/app.js';
import { DELEGATIONS, delegatingServers, REMOTE } from '../support/delegation.js';
import { eventually } from '../support/eventually.js';
import { McpServer } from '../support/mcp-server.js';
import { OAuthTestClient, type TokenAnswer } from '../support/oauth-client.js';
import { Job, JOB_SECRET } from '../support/service-account.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

describe('what token exchange refuses (RFC 8693 §2.2.2)', () => {
  let first: TestService;
  let second: TestService;
  let other: TestService;
  let close: () => Promise<void>;
  let servers: ReturnType<typeof delegatingServers>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas({
      audit: RecordingLog,
      delegationDepth: 2,
      serviceAccounts: ({ resource }) => [
        { clientId: 'nightly', resources: [resource], scopes: ['notes:read'], clientSecret: JOB_SECRET },
      ],
      ...DELEGATIONS,
    }));
    other = await startService({ clock: first.clock });
    servers = delegatingServers(first);
  });
  afterAll(async () => {
    await other.close();
    await close();
  });
  beforeEach(async () => {
    first.clock.advance(10);
    client = await new OAuthTestClient(first).register();
    events.length = 0;
  });

  const files = () => ({ resource: first.secondResource });
  const tokenFor = async (fields: Record<string, string> = {}) => (await client.tokens(fields)).access_token;
  const delegated = async () =>
    (await servers.notes.exchangeToken(await tokenFor(), files())).body.access_token;
  const idToken = async () => String((await client.tokens({ scope: 'openid notes:read' }))['id_token']);
  const forged = async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const token = await tokenFor();
    return new SignJWT(decodeJwt(token))
      .setProtectedHeader(decodeProtectedHeader(token) as { alg: string })
      .sign(privateKey);
  };
  const expectRefusal = async (ask: () => Promise<TokenAnswer>, error: string, status = 400) => {
    events.length = 0;
    const before = await first.snapshot();
    const answer = await ask();
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(answer.body).toSorted()).toEqual(['error', 'error_description']);
    expect({ ...(await first.snapshot()), oauthRevocation: 0 }).toEqual({ ...before, oauthRevocation: 0 });
    const decisions = events.filter(({ action }) => action === 'token.issue');
    expect(decisions).toMatchObject([{ outcome: 'refused', detail: { error } }]);
  };
  const revokedBy = async (revoke: (token: string) => Promise<unknown>) => {
    const token = await tokenFor();
    await revoke(token);
    return token;
  };

  const SUBJECTS: [string, () => Promise<string> | string, { as?: string; by?: 'files' | 'remote' }?][] = [
    ['garbage', () => 'not.a.token'],
    ['a huge one', () => 'x'.repeat(20_000)],
    ['one that has expired', () => revokedBy(async () => first.clock.advance(3_601))],
    [
      'one that was revoked (RFC 7009 §2.1)',
      () =>
        revokedBy((token) => {
          const body = new URLSearchParams({ token, client_id: client.credentials.client_id });
          return fetch(`${second.origin}/revoke`, { method: 'POST', body });
        }),
    ],
    [
      'one whose grant was revoked on the other instance',
      () => revokedBy((token) => second.revocations.revokeGrant(String(decodeJwt(token)['grant_id']))),
    ],
    [
      'one of a client that was disabled there',
      () => revokedBy(() => second.revocations.revokeClient(client.credentials.client_id, { disable: true })),
    ],
    ['one for another server', () => tokenFor(), { by: 'files' }],
    ['its own delegated one, which is for the other server', () => delegated()],
    [
      'one of another issuer',
      async () => (await (await new OAuthTestClient(other).register()).tokens()).access_token,
    ],
    ['one with another signature', () => forged()],
    ['an id_token (RFC 9068 §4)', () => idToken()],
    ['an id_token by its name', () => idToken(), { as: TOKEN_TYPE.idToken }],
    ['a refresh token', async () => (await client.tokens()).refresh_token],
    [
      'a refresh token by its name',
      async () => (await client.tokens()).refresh_token,
      { as: TOKEN_TYPE.refreshToken },
    ],
    [
      'one of a service account, behind which is no person',
      async () => (await new Job(first, 'nightly', JOB_SECRET).ask()).body.access_token,
    ],
    [
      'one that went through too many servers',
      async () =>
        (await servers.files.exchangeToken(await delegated(), { resource: REMOTE })).body.access_token,
      { by: 'remote' },
    ],
  ];
  it.each(SUBJECTS)(
    'takes no subject token that is %s, and writes nothing',
    async (_, subject, options = {}) => {
      const { as = TOKEN_TYPE.accessToken, by = 'notes' } = options;
      const resource = { notes: first.secondResource, files: REMOTE, remote: first.resource }[by];
      const token = await subject();
      const fields = { resource, subject_token_type: as };
      await expectRefusal(() => servers[by].exchangeToken(token, fields), 'invalid_request');
    },
  );

  const FILES = 'files';
  const REQUESTS: [string, Record<string, string | string[]>, string][] = [
    [
      'an actor',
      { resource: FILES, actor_token: 'x', actor_token_type: TOKEN_TYPE.accessToken },
      'invalid_request',
    ],
    [
      'another type to issue',
      { resource: FILES, requested_token_type: TOKEN_TYPE.refreshToken },
      'invalid_request',
    ],
    ['two subject tokens', { resource: FILES, subject_token: ['x', 'y'] }, 'invalid_request'],
    ['the same server', { resource: 'notes' }, 'invalid_target'],
    ['a server that it may not call', { resource: REMOTE }, 'invalid_target'],
    ['a server that nobody knows', { resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
    ['no server', {}, 'invalid_target'],
    ['two servers', { resource: [FILES, REMOTE] }, 'invalid_target'],
    ['a server by an audience', { audience: 'files-server' }, 'invalid_target'],
    ['a server and an audience', { resource: FILES, audience: 'files-server' }, 'invalid_target'],
    ['a scope beyond the rule', { resource: FILES, scope: 'files:read files:write' }, 'invalid_scope'],
    ['a shared scope that the token lacks', { resource: FILES, scope: 'notes:write' }, 'invalid_scope'],
    ['a scope of the server that asks', { resource: FILES, scope: 'notes:read' }, 'invalid_scope'],
    ['a scope of the authorization server', { resource: FILES, scope: 'files:read openid' }, 'invalid_scope'],
  ];
  const named = (resource: string) =>
    ({ [FILES]: first.secondResource, notes: first.resource })[resource] ?? resource;
  it.each(REQUESTS)('refuses a request with %s, and writes nothing', async (_, fields, error) => {
    const token = await tokenFor();
    const { resource = [], ...rest } = fields;
    const resources = [resource].flat().map(named);
    await expectRefusal(() => servers.notes.exchangeToken(token, { ...rest, resource: resources }), error);
  });

  const CLIENTS: [string, () => McpServer, string][] = [
    [
      'that is no server',
      () => new McpServer(first, { clientId: 'nightly', clientSecret: JOB_SECRET }),
      'unauthorized_client',
    ],
    [
      'with a wrong secret',
      () => new McpServer(first, { ...INTROSPECTION, clientSecret: 'x'.repeat(40) }),
      'invalid_client',
    ],
    [
      'that there is not',
      () => new McpServer(first, { ...INTROSPECTION, clientId: 'nobody' }),
      'invalid_client',
    ],
  ];
  it.each(CLIENTS)('refuses a client %s, and writes nothing', async (_, server, error) => {
    const token = await tokenFor();
    const status = error === 'invalid_client' ? 401 : 400;
    await expectRefusal(() => server().exchangeToken(token, files()), error, status);
  });

  it('refuses the client of the person itself', async () => {
    const token = await tokenFor();
    const { client_id } = client.credentials;
    const unproven = { headers: { authorization: undefined } };
    await expectRefusal(
      () => servers.notes.exchangeToken(token, { ...files(), client_id }, unproven),
      'unauthorized_client',
    );
  });

  const WHILE: [string, () => Promise<() => Promise<unknown> | void>, string][] = [
    [
      'the other server is retired',
      async () => {
        await first.resources.disable(first.secondResource);
        return () => first.resources.enable(first.secondResource);
      },
      'invalid_target',
    ],
    [
      'the account of the person is disabled',
      async () => {
        first.accounts.disable('alice');
        return () => first.accounts.enable('alice');
      },
      'invalid_request',
    ],
    [
      'the server’s own client is disabled',
      async () => {
        await first.clients.disable(INTROSPECTION.clientId);
        return () => first.clients.enable(INTROSPECTION.clientId);
      },
      'invalid_client',
    ],
  ];
  it.each(WHILE)('refuses while %s, and writes nothing', async (_, begin, error) => {
    const token = await tokenFor();
    const end = await begin();
    try {
      const status = error === 'invalid_client' ? 401 : 400;
      await expectRefusal(() => servers.notes.exchangeToken(token, files()), error, status);
    } finally {
      await end();
    }
    first.clock.advance(10);
    const fresh = await tokenFor();
    await eventually(async () => (await servers.notes.exchangeToken(fresh, files())).status === 200);
  });

  it('is not there where nothing is delegated (RFC 6749 §5.2)', async () => {
    const stranger = await new OAuthTestClient(other).register();
    const { access_token: token } = await stranger.tokens();
    const answer = await new McpServer(other, INTROSPECTION).exchangeToken(token, {
      resource: other.secondResource,
    });
    expect([answer.status, answer.body.error]).toEqual([400, 'unsupported_grant_type']);
    const metadata = await fetch(`${other.origin}/.well-known/oauth-authorization-server`);
    expect(await metadata.text()).not.toContain('token-exchange');
  });

  it('gives each of many at once a token of its own, on two instances', async () => {
    const token = await tokenFor();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (__, index) =>
        servers.notes.exchangeToken(token, files(), { service: index % 2 === 0 ? first : second }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => decodeJwt(body.access_token).jti)).size).toBe(20);
  });
});
