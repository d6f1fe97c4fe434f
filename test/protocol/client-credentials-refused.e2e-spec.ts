import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog, McpServiceAccounts } from '../../src/index.js';
import { INTROSPECTION, startReplicas, startService, type TestService } from '../support/app.js';
import { ec, publicJwk } from '../support/assertions.js';
import { DocumentServer } from '../support/document-server.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';
import { allow, testPolicy } from '../support/policy.js';
import { Job, JOB_SECRET, serviceAccounts } from '../support/service-account.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

describe('what the client credentials grant refuses (OAuth 2.1 §4.2)', () => {
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
  let close: () => Promise<void>;
  let documents: DocumentServer;

  beforeAll(async () => {
    documents = await DocumentServer.start();
    rules.stored.rule = everything;
    ({ first, close } = await startReplicas({
      audit: RecordingLog,
      policy: rules.policy,
      serviceAccounts: serviceAccounts(key),
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

  const nightly = () => new Job(first, 'nightly', JOB_SECRET);
  const robot = () => new Job(first, 'robot', undefined, key);

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
    ['a client without a ceiling', () => new Job(first, 'powerless', JOB_SECRET), {}, 'invalid_target'],
    ['a client without scopes', () => new Job(first, 'toothless', JOB_SECRET), {}, 'invalid_scope'],
    ['a wrong secret', () => new Job(first, 'nightly', 'x'.repeat(40)), {}, 'invalid_client'],
    ['no secret', () => new Job(first, 'nightly'), {}, 'invalid_client'],
    ['no proof of a key', () => new Job(first, 'robot'), {}, 'invalid_client'],
    ['a secret where there is a key', () => new Job(first, 'robot', JOB_SECRET), {}, 'invalid_client'],
    ['another key', () => new Job(first, 'robot', undefined, ec()), {}, 'invalid_client'],
    ['a client that there is not', () => new Job(first, 'nobody', JOB_SECRET), {}, 'invalid_client'],
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
