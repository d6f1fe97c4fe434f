import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog, McpServiceAccounts } from '../../src/index.js';
import {
  INTROSPECTION,
  startReplicas,
  startService,
  statementsSoFar,
  type TestService,
} from '../support/app.js';
import { ec, proof, publicJwk } from '../support/assertions.js';
import { encode } from '../support/browser.js';
import { DocumentServer } from '../support/document-server.js';
import { withinASecond } from '../support/eventually.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';
import { allow, deny, type Rule, testPolicy } from '../support/policy.js';
import { Job } from '../support/service-account.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

const SECRET = 'a secret of the nightly job, long enough';

describe('service accounts and client credentials (OAuth 2.1 §4.2)', () => {
  const key = ec();
  const rules = testPolicy();
  const everything = allow(
    'notes:read',
    'notes:write',
    'notes:admin',
    'files:read',
    'openid',
    'offline_access',
  );
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let documents: DocumentServer;

  beforeAll(async () => {
    documents = await DocumentServer.start();
    rules.stored.rule = everything;
    ({ first, second, close } = await startReplicas({
      audit: RecordingLog,
      policy: rules.policy,
      serviceAccounts: ({ resource, secondResource }) => [
        {
          clientId: 'nightly',
          name: 'Nightly job',
          resources: [resource],
          scopes: ['notes:write'],
          clientSecret: SECRET,
        },
        {
          clientId: 'robot',
          resources: [resource, secondResource],
          scopes: ['notes:read', 'files:read'],
          jwks: { keys: [{ ...publicJwk(key), kid: 'one' }] },
        },
        { clientId: 'powerless', clientSecret: SECRET },
        { clientId: 'toothless', resources: [resource], clientSecret: SECRET },
      ],
    }));
  });
  afterAll(async () => {
    await close();
    await documents.close();
  });
  beforeEach(async () => {
    first.clock.advance(10);
    events.length = 0;
    rules.questions.length = 0;
  });

  const nightly = () => new Job(first, 'nightly', SECRET);
  const robot = () => new Job(first, 'robot', undefined, key);
  const rule = async (next: Rule) => {
    rules.stored.rule = next;
    await first.revocations.policyChanged();
    await withinASecond(async () => second.application.get(rules.policy).rule === next);
    await withinASecond(async () => first.application.get(rules.policy).rule === next);
    first.clock.advance(10);
  };

  it('gives a client a token for itself, by secret, without a refresh token (OAuth 2.1 §4.2.3)', async () => {
    const { status, headers, body } = await nightly().ask({ resource: first.resource, scope: 'notes:read' });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'notes:read' });
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({
      sub: 'nightly',
      sub_type: 'client',
      client_id: 'nightly',
      aud: first.resource,
    });
    expect(claims).not.toHaveProperty('auth_time');
  });

  it.each(['client_secret_basic', 'client_secret_post'])('takes a secret by %s', async (method) => {
    expect((await nightly().ask({}, { method })).status).toBe(200);
  });

  it('takes private_key_jwt, with and without client_id (RFC 7521 §4.2)', async () => {
    const assertion = () => robot().assertion();
    for (const fields of [{}, { client_id: 'robot' }])
      expect(
        (
          await robot().token({
            grant_type: 'client_credentials',
            resource: first.secondResource,
            ...fields,
            ...proof(await assertion()),
          })
        ).body,
      ).toMatchObject({ scope: 'files:read' });
  });

  it('tells a handler that no person is behind it (RFC 9700 §4.15)', async () => {
    const { body } = await nightly().ask();
    for (const service of [first, second]) {
      const answer = await nightly().call(body.access_token, undefined, service);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ result: { session: { userId: null, clientId: 'nightly' } } });
    }
  });

  it.each([
    ['all that the ceiling covers for a request without scope', undefined, 'notes:read notes:write'],
    ['what is implied by the ceiling', 'notes:read', 'notes:read'],
    [
      'what is left of a request for more',
      'notes:admin notes:read openid offline_access nonsense',
      'notes:read',
    ],
  ])('grants %s (RFC 6749 §3.3)', async (_, scope, granted) => {
    expect((await nightly().ask({ scope })).body.scope).toBe(granted);
  });

  it('needs no resource where there is only one, and its spelling may differ (RFC 8707 §2)', async () => {
    const { body } = await nightly().ask({ resource: undefined });
    expect(decodeJwt(body.access_token).aud).toBe(first.resource);
    expect((await nightly().ask({ resource: `${first.resource}/` })).status).toBe(200);
  });

  const REFUSED: [string, () => Job, Record<string, string | string[] | undefined>, string][] = [
    ['a scope beyond the ceiling', nightly, { scope: 'notes:admin' }, 'invalid_scope'],
    ['a scope that nobody knows', nightly, { scope: 'nonsense' }, 'invalid_scope'],
    ['scopes of the server itself', nightly, { scope: 'openid offline_access' }, 'invalid_scope'],
    ['a scope of blanks', nightly, { scope: '  ' }, 'invalid_scope'],
    ['a resource beyond the ceiling', nightly, { resource: 'second' }, 'invalid_target'],
    [
      'a resource that nobody knows',
      nightly,
      { resource: 'https://elsewhere.example/mcp' },
      'invalid_target',
    ],
    ['a resource that is no URL', nightly, { resource: 'notes' }, 'invalid_target'],
    ['two resources', robot, { resource: ['first', 'second'] }, 'invalid_target'],
    ['no resource where there are two', robot, { resource: undefined }, 'invalid_target'],
    ['a client without a ceiling', () => new Job(first, 'powerless', SECRET), {}, 'invalid_target'],
    ['a client without scopes', () => new Job(first, 'toothless', SECRET), {}, 'invalid_scope'],
    ['a wrong secret', () => new Job(first, 'nightly', 'x'.repeat(40)), {}, 'invalid_client'],
    ['no secret', () => new Job(first, 'nightly'), {}, 'invalid_client'],
    ['no proof of a key', () => new Job(first, 'robot'), {}, 'invalid_client'],
    ['a secret where there is a key', () => new Job(first, 'robot', SECRET), {}, 'invalid_client'],
    ['another key', () => new Job(first, 'robot', undefined, ec()), {}, 'invalid_client'],
    ['a client that there is not', () => new Job(first, 'nobody', SECRET), {}, 'invalid_client'],
    ['a repeated scope', nightly, { scope: ['notes:read', 'notes:read'] }, 'invalid_request'],
    [
      'the server of a resource',
      () => new Job(first, INTROSPECTION.clientId, INTROSPECTION.clientSecret),
      {},
      'unauthorized_client',
    ],
  ];
  it.each(REFUSED)('refuses %s, and writes nothing', async (_, job, fields, error) => {
    const before = await first.snapshot();
    const named = (name?: string) =>
      name === 'first' ? first.resource : name === 'second' ? first.secondResource : name;
    const resource = 'resource' in fields ? [fields['resource']].flat().map(named) : [first.resource];
    const answer = await job().ask({ ...fields, resource: resource.filter((each) => each !== undefined) });
    expect(answer.body.error).toBe(error);
    expect(answer.status).toBe(error === 'invalid_client' ? 401 : 400);
    const { oauthReplay: _replays, ...after } = await first.snapshot();
    expect(before).toMatchObject(after);
    expect(events.filter(({ action, outcome }) => action === 'token.issue' && outcome === 'success')).toEqual(
      [],
    );
    expect(events).toContainEqual(expect.objectContaining({ action: 'token.issue', outcome: 'refused' }));
  });

  it.each(['client_secret_basic', 'private_key_jwt', 'none'])(
    'refuses a client that registered itself with %s, whatever it asked to be (OAuth 2.1 §4.2)',
    async (method) => {
      const own = ec();
      const client = await new OAuthTestClient(first).register({
        grant_types: ['authorization_code', 'client_credentials'],
        token_endpoint_auth_method: method,
        ...(method === 'private_key_jwt' && { jwks: { keys: [{ ...publicJwk(own), kid: 'one' }] } }),
      });
      expect((client.credentials as unknown as Json)['grant_types']).toEqual(['authorization_code']);
      const { client_id: id, client_secret: secret } = client.credentials;
      const before = await first.snapshot();
      const job = new Job(first, id, secret, method === 'private_key_jwt' ? own : undefined);
      const answer = await job.ask(method === 'none' ? { client_id: id } : {});
      expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client']);
      expect(await first.snapshot()).toMatchObject({
        oauthGrant: before['oauthGrant'],
        oauthAccessToken: before['oauthAccessToken'],
      });
    },
  );

  it('refuses a client of a metadata document, whatever that says (OAuth 2.1 §4.2)', async () => {
    const own = ec();
    const metadata = {
      grant_types: ['authorization_code', 'client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...publicJwk(own), kid: 'one' }] },
    };
    documents.serve('/robot', documents.client('/robot', metadata));
    const answer = await new Job(first, documents.url('/robot'), undefined, own).ask();
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client']);
    expect(await first.sql(`SELECT 1 FROM "oauthApplication" WHERE "clientId" LIKE '%/robot'`)).toEqual([]);
  });

  it('gives no other grant type to a service account, and no page (RFC 6749 §5.2)', async () => {
    for (const [grant_type, more] of [
      ['authorization_code', { code: 'x', code_verifier: 'y'.repeat(43) }],
      ['refresh_token', { refresh_token: 'x'.repeat(43) }],
      ['password', {}],
    ] as const) {
      const { body } = await nightly().ask({ grant_type, ...more });
      expect(['unauthorized_client', 'invalid_grant', 'unsupported_grant_type']).toContain(body.error);
    }
    const client = new OAuthTestClient(first);
    client.credentials = { client_id: 'nightly' };
    expect((await client.authorize()).status).toBe(400);
  });

  it('takes one assertion once, on two replicas and in parallel (RFC 7523 §3)', async () => {
    const assertion = await robot().assertion();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        robot().token(
          { grant_type: 'client_credentials', resource: first.resource, ...proof(assertion) },
          { service: index % 2 ? first : second },
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.error))).toEqual(new Set([undefined, 'invalid_client']));
  });

  it('issues a token with one statement in the steady state', async () => {
    await nightly().ask();
    const counts: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      const before = statementsSoFar();
      expect((await nightly().ask({ scope: round % 2 ? 'notes:read' : undefined })).status).toBe(200);
      counts.push(statementsSoFar() - before);
    }
    expect(Math.min(...counts)).toBeLessThanOrEqual(1);
    const grants = await first.sql(
      `SELECT "scopes" FROM "oauthGrant" WHERE "clientId" = 'nightly' AND "revokedAt" IS NULL`,
    );
    expect(grants).toEqual([{ scopes: ['notes:read', 'notes:write'] }]);
  });

  it('gives racing first requests tokens that all work', async () => {
    await first.revocations.revokeClient('robot');
    await withinASecond(async () => (await second.revocations.isCurrent()) && true);
    first.clock.advance(10);
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, index) =>
        robot().ask({}, { service: index % 2 ? first : second }),
      ),
    );
    for (const { body } of answers) expect((await robot().call(body.access_token)).status).toBe(200);
  });

  it('is asked about by the policy, which narrows and refuses (RFC 6749 §5.2)', async () => {
    await nightly().ask({ scope: 'notes:read notes:write' });
    expect(rules.questions).toEqual([
      {
        account: null,
        client: { clientId: 'nightly', name: 'Nightly job', source: 'static' },
        redirectUri: null,
        resource: first.resource,
        scopes: ['notes:read', 'notes:write'],
        at: 'token',
      },
    ]);
    await rule(allow('notes:read'));
    expect((await nightly().ask()).body.scope).toBe('notes:read');
    await rule(deny);
    const before = await first.snapshot();
    const answer = await nightly().ask();
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client']);
    expect(await first.snapshot()).toEqual(before);
    await rule(everything);
    expect((await nightly().ask()).status).toBe(200);
  });

  it('tells the audit of every token, without a person', async () => {
    await nightly().ask({ scope: 'notes:read' });
    const issued = events.find(({ action }) => action === 'token.issue');
    expect(issued).toMatchObject({
      outcome: 'success',
      userId: null,
      clientId: 'nightly',
      resource: first.resource,
    });
    expect(issued?.detail).toMatchObject({ grantType: 'client_credentials', scopes: ['notes:read'] });
  });

  const introspect = async (token: string) => {
    const { clientId, clientSecret } = INTROSPECTION;
    const response = await fetch(`${second.origin}/introspect`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
      body: encode({ token }),
    });
    return (await response.json()) as Json;
  };

  it('is introspected, is no person at userinfo, and is taken back by its client (RFC 7662 §2.2, RFC 7009 §2.1)', async () => {
    const { access_token: token } = (await nightly().ask()).body;
    expect(await introspect(token)).toMatchObject({ active: true, sub: 'nightly', sub_type: 'client' });
    const userinfo = await fetch(`${first.origin}/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([userinfo.status, (await userinfo.json()) as Json]).toMatchObject([
      403,
      { error: 'insufficient_scope' },
    ]);
    const revoked = await fetch(`${first.origin}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode({ token, client_id: 'nightly', client_secret: SECRET }),
    });
    expect(revoked.status).toBe(200);
    expect(await introspect(token)).toEqual({ active: false });
    await withinASecond(async () => (await nightly().call(token, undefined, second)).status === 401);
  });

  it('ends at once, on every replica, when the client is disabled (RFC 6749 §5.2)', async () => {
    const { access_token: token } = (await nightly().ask()).body;
    await first.clients.disable('nightly');
    expect((await nightly().call(token)).status).toBe(401);
    expect(await introspect(token)).toEqual({ active: false });
    for (const service of [first, second])
      expect((await nightly().ask({}, { service })).body.error).toBe('invalid_client');
    await withinASecond(async () => (await nightly().call(token, undefined, second)).status === 401);
    await first.clients.enable('nightly');
    first.clock.advance(10);
    await withinASecond(async () => (await nightly().ask({}, { service: second })).status === 200);
    const again = (await nightly().ask()).body.access_token;
    expect((await nightly().call(again)).status).toBe(200);
    expect((await nightly().call(token)).status).toBe(401);
  });

  it('leaves people connected with nothing of it', async () => {
    await nightly().ask();
    const [row] = await first.sql(
      `SELECT "userId", "kind" FROM "oauthGrant" WHERE "clientId" = 'nightly' LIMIT 1`,
    );
    expect(row).toEqual({ userId: null, kind: 'service-account' });
  });

  describe('made while the application runs', () => {
    const accounts = (service = first) => service.application.get(McpServiceAccounts);
    let number = 0;
    const fresh = () => `job-${(number += 1)}`;

    it('gets a secret, which is shown once, and works on every replica', async () => {
      const clientId = fresh();
      const secret = await accounts().save({
        clientId,
        name: 'A job',
        resources: [first.resource],
        scopes: ['notes:read'],
      });
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(
        await accounts().save({
          clientId,
          name: 'Another name',
          resources: [first.resource],
          scopes: ['notes:read'],
        }),
      ).toBeNull();
      const job = new Job(first, clientId, secret ?? '');
      for (const service of [first, second]) expect((await job.ask({}, { service })).status).toBe(200);
      expect(await accounts(second).list()).toContainEqual({
        clientId,
        name: 'Another name',
        source: 'administrator',
        tokenEndpointAuthMethod: 'client_secret_basic',
        resources: [first.resource],
        scopes: ['notes:read'],
        disabled: false,
        createdAt: expect.any(Date) as Date,
        lastUsedAt: expect.any(Date) as Date,
      });
      expect(events.filter(({ action }) => action === 'service-account.change')).toHaveLength(2);
      const rotated = await first.clients.rotateSecret(clientId, { overlap: 0 });
      await withinASecond(async () => (await job.ask({}, { service: second })).status === 401);
      expect((await new Job(first, clientId, rotated ?? '').ask()).status).toBe(200);
    });

    it('loses what it has when its ceilings or keys change, on every replica, and gets what is left', async () => {
      const clientId = fresh();
      const account = { clientId, resources: [first.resource] };
      const secret = await accounts().save({ ...account, scopes: ['notes:read', 'notes:write'] });
      const job = new Job(first, clientId, secret ?? '');
      const wide = (await job.ask({}, { service: second })).body;
      expect(wide.scope).toBe('notes:read notes:write');
      await accounts().save({ ...account, scopes: ['notes:read'] });
      // What this replica has in its cache, it does not go by.
      const narrow = await job.ask({}, { service: second });
      expect(narrow.body.scope).toBe('notes:read');
      expect(await introspect(wide.access_token)).toEqual({ active: false });
      await withinASecond(async () => (await job.call(wide.access_token, undefined, second)).status === 401);
      await withinASecond(async () => {
        const { body } = await job.ask({}, { service: second });
        return (await job.call(body.access_token, undefined, second)).status === 200;
      });
      await accounts().save({ clientId, jwks: { keys: [publicJwk(key)] } });
      await withinASecond(async () => (await job.ask({}, { service: second })).status === 401);
    });

    it('is said no to in words where it cannot be', async () => {
      const registered = await new OAuthTestClient(first).register();
      const { client_id: id } = registered.credentials;
      for (const clientId of ['nightly', INTROSPECTION.clientId, id])
        await expect(accounts().save({ clientId })).rejects.toThrow('choose another one');
      const before = await first.snapshot();
      await expect(accounts().save({ clientId: 'a b' })).rejects.toThrow('letters, digits');
      await expect(accounts().save({ clientId: fresh(), scopes: ['openid'] })).rejects.toThrow(
        'no scope of a resource',
      );
      expect(await first.snapshot()).toEqual(before);
    });
  });
});

describe('without service accounts', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('neither offers the grant type nor takes it (RFC 8414 §2, RFC 6749 §5.2)', async () => {
    const metadata = (await (
      await fetch(`${service.origin}/.well-known/oauth-authorization-server`)
    ).json()) as Json;
    expect(metadata['grant_types_supported']).toEqual(['authorization_code', 'refresh_token']);
    const client = await new OAuthTestClient(service).register({
      token_endpoint_auth_method: 'client_secret_post',
    });
    const { client_id: id, client_secret: secret } = client.credentials;
    const answer = await new Job(service, id, secret).ask();
    expect([answer.status, answer.body.error]).toEqual([400, 'unsupported_grant_type']);
    await expect(service.application.get(McpServiceAccounts).save({ clientId: 'a' })).rejects.toThrow(
      'turned off',
    );
  });
});
