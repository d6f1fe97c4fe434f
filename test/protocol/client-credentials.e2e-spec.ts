import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { INTROSPECTION, startReplicas, statementsSoFar, type TestService } from '../support/app.js';
import { ec, proof } from '../support/assertions.js';
import { encode } from '../support/browser.js';
import { DocumentServer } from '../support/document-server.js';
import { eventually } from '../support/eventually.js';
import { type Json } from '../support/oauth-client.js';
import { allow, deny, type Rule, testPolicy } from '../support/policy.js';
import { Job, JOB_SECRET, serviceAccounts } from '../support/service-account.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

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
  const rule = async (next: Rule) => {
    rules.stored.rule = next;
    await first.revocations.policyChanged();
    await eventually(async () => second.application.get(rules.policy).rule === next);
    await eventually(async () => first.application.get(rules.policy).rule === next);
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
    await eventually(async () => second.revocations.isCurrent());
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
      body: encode({ token, client_id: 'nightly', client_secret: JOB_SECRET }),
    });
    expect(revoked.status).toBe(200);
    expect(await introspect(token)).toEqual({ active: false });
    await eventually(async () => (await nightly().call(token, undefined, second)).status === 401);
  });

  it('ends at once, on every replica, when the client is disabled (RFC 6749 §5.2)', async () => {
    const { access_token: token } = (await nightly().ask()).body;
    await first.clients.disable('nightly');
    expect((await nightly().call(token)).status).toBe(401);
    expect(await introspect(token)).toEqual({ active: false });
    for (const service of [first, second])
      expect((await nightly().ask({}, { service })).body.error).toBe('invalid_client');
    await eventually(async () => (await nightly().call(token, undefined, second)).status === 401);
    await first.clients.enable('nightly');
    first.clock.advance(10);
    await eventually(async () => (await nightly().ask({}, { service: second })).status === 200);
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
});
