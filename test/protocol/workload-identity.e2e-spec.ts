import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { startReplicas, statementsSoFar, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { BAD_CLAIMS, type Claims, ForeignIssuer, JWT_BEARER } from '../support/foreign-issuer.js';
import { type Json, OAuthTestClient, type TokenAnswer } from '../support/oauth-client.js';
import { expectRefused } from '../support/refused-assertion.js';
import { allow, testPolicy } from '../support/policy.js';
import { resigned } from '../support/signed-text.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

const POD = 'system:serviceaccount:batch:nightly';
const MAIN = { repository: 'acme/tools', ref: 'refs/heads/main', protected: true };

describe('workload identity (RFC 7523 §2.1)', () => {
  const rules = testPolicy();
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  let platform: ForeignIssuer;
  let ci: ForeignIssuer;
  let cluster: ForeignIssuer;
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;

  beforeAll(async () => {
    [platform, ci, cluster] = await Promise.all([
      ForeignIssuer.start(),
      ForeignIssuer.start('JWT'),
      ForeignIssuer.start(undefined, 3_600),
    ]);
    rules.stored.rule = allow('notes:read', 'notes:write', 'files:read');
    ({ first, second, close } = await startReplicas({
      audit: RecordingLog,
      policy: rules.policy,
      serviceAccounts: ({ resource }) => [
        { clientId: 'nightly', resources: [resource], scopes: ['notes:read'] },
        { clientId: 'deploy', resources: [resource], scopes: ['notes:write'] },
        { clientId: 'retired', resources: [resource], scopes: ['notes:read'] },
      ],
      trustedIssuers: [
        { issuer: platform.issuer },
        { issuer: ci.issuer, jwksUri: ci.documents.url('/jwks') },
        { issuer: cluster.issuer, jwks: cluster.jwks, reusable: true },
      ],
      workloads: [
        { issuer: platform.issuer, subject: POD, serviceAccount: 'nightly' },
        { issuer: platform.issuer, subject: 'retired', serviceAccount: 'retired' },
        { issuer: platform.issuer, subject: 'lost', serviceAccount: 'nobody' },
        { issuer: ci.issuer, claims: MAIN, serviceAccount: 'deploy' },
        { issuer: cluster.issuer, subject: POD, serviceAccount: 'nightly' },
      ],
    }));
    await first.clients.disable('retired');
  });
  afterAll(async () => {
    await close();
    await Promise.all([platform, ci, cluster].map((issuer) => issuer.close()));
  });
  beforeEach(() => {
    // What is known of keys is not too fresh to be asked for again.
    first.clock.advance(31);
    events.length = 0;
    rules.questions.length = 0;
  });

  const now = () => Math.floor(first.clock.now() / 1000);
  const pod = (claims: Claims = {}) =>
    platform.sign(first.clock, { claims: { sub: POD, aud: first.issuer, ...claims } });
  const present = (
    assertion: string | undefined,
    fields: Record<string, string | string[]> = {},
    service = first,
  ) =>
    new OAuthTestClient(first).token(
      { grant_type: JWT_BEARER, assertion, resource: first.resource, ...fields },
      { service },
    );

  it('makes a workload the service account that a rule names, without a client (RFC 7521 §4.1)', async () => {
    const { status, headers, body } = await present(await pod());
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).not.toHaveProperty('refresh_token');
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: 'nightly',
      sub_type: 'client',
      aud: first.resource,
      scope: 'notes:read',
    });
    const call = await new OAuthTestClient(first).call(body.access_token);
    expect(call.body).toMatchObject({ result: { session: { userId: null, clientId: 'nightly' } } });
  });

  it.each([
    ['the issuer', () => first.issuer],
    ['the issuer, alone in an array', () => [first.issuer]],
    ['the token endpoint', () => `${first.issuer}/token`],
  ])('takes an assertion for %s (RFC 7523 §3)', async (_, audience) => {
    expect((await present(await pod({ aud: audience() }))).status).toBe(200);
  });

  it('tells workloads apart by exact claims, and copies none of them into the token', async () => {
    const sign = (claims: Claims) =>
      ci.sign(first.clock, { claims: { sub: `repo:${randomUUID()}`, aud: first.issuer, ...claims } });
    const { body } = await present(await sign({ ...MAIN, actor: 'eve' }));
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({ sub: 'deploy', scope: 'notes:read notes:write' });
    for (const name of ['actor', ...Object.keys(MAIN)]) expect(claims).not.toHaveProperty(name);
    for (const other of [
      { ref: 'refs/heads/other' },
      { ref: 'REFS/heads/main' },
      { ref: ['refs/heads/main'] },
      { protected: 'true' },
      { protected: undefined },
    ])
      expect((await present(await sign({ ...MAIN, ...other }))).body.error).toBe('invalid_grant');
  });

  const nothingWritten = (send: () => Promise<TokenAnswer>, error: string, status?: number) =>
    expectRefused(first, events, send, error, status);

  it.each(BAD_CLAIMS)('refuses %s, and nothing is used up (RFC 7523 §3)', async (_, claims) => {
    await nothingWritten(async () => present(await pod(claims(now()))), 'invalid_grant');
  });

  it.each<[string, () => Promise<string> | string]>([
    ['no signature', () => platform.forge(first.clock, { sub: POD, aud: first.issuer }, 'none')],
    [
      'the public key as a secret',
      () => platform.forge(first.clock, { sub: POD, aud: first.issuer }, 'HS256'),
    ],
    [
      'another key',
      () => platform.sign(first.clock, { claims: { sub: POD, aud: first.issuer }, key: stranger }),
    ],
    [
      'an unknown kid',
      () => platform.sign(first.clock, { claims: { sub: POD, aud: first.issuer }, header: { kid: 'x' } }),
    ],
    [
      'the key of another trusted issuer',
      () => platform.sign(first.clock, { claims: { sub: POD, aud: first.issuer }, key: ci.key }),
    ],
    [
      'a critical header',
      () =>
        platform.sign(first.clock, {
          claims: { sub: POD, aud: first.issuer },
          header: { crit: ['x'], x: 1 },
        }),
    ],
    [
      'the type of an access token',
      () =>
        platform.sign(first.clock, { claims: { sub: POD, aud: first.issuer }, header: { typ: 'at+jwt' } }),
    ],
    [
      'the type of a proof',
      () =>
        platform.sign(first.clock, { claims: { sub: POD, aud: first.issuer }, header: { typ: 'dpop+jwt' } }),
    ],
    ['two audiences', () => pod({ aud: [first.issuer, 'https://elsewhere.example'] })],
    ['a workload without a rule', () => pod({ sub: 'system:serviceaccount:batch:other' })],
    ['a workload whose name begins alike', () => pod({ sub: `${POD}2` })],
    ['a workload of a client that is disabled', () => pod({ sub: 'retired' })],
    ['a workload of a client that there is not', () => pod({ sub: 'lost' })],
    ['a rule of another issuer', () => ci.sign(first.clock, { claims: { sub: POD, aud: first.issuer } })],
    ['what is no JWT', () => 'nonsense'],
    [
      'a claim that stands there twice',
      async () =>
        resigned(await pod(), platform.key, { payload: (text) => text.replace('{', '{"sub":"x",') }),
    ],
  ])('refuses %s, and nothing is used up (RFC 8725 §3)', async (_, make) => {
    await nothingWritten(async () => present(await make()), 'invalid_grant');
  });

  it.each<[string, Record<string, string | string[]>, string]>([
    ['a client beside it', { client_id: 'nightly' }, 'invalid_request'],
    ['a secret beside it', { client_secret: 'x' }, 'invalid_request'],
    ['no resource', { resource: [] }, 'invalid_request'],
    ['two resources', { resource: ['a', 'b'] }, 'invalid_request'],
    ['a resource beyond the ceiling', { resource: 'second' }, 'invalid_target'],
    ['a scope beyond the ceiling', { scope: 'notes:admin' }, 'invalid_scope'],
  ])('refuses a request with %s, and nothing is used up', async (_, fields, error) => {
    const assertion = await pod();
    const named: Record<string, string> =
      fields['resource'] === 'second' ? { resource: first.secondResource } : {};
    await nothingWritten(() => present(assertion, { ...fields, ...named }), error);
    expect((await present(assertion)).status).toBe(200);
  });

  it('refuses a request without an assertion, or with two', async () => {
    await nothingWritten(() => present(undefined), 'invalid_request');
    events.length = 0;
    const two = await Promise.all([pod(), pod()]);
    const answer = await new OAuthTestClient(first).token({
      grant_type: JWT_BEARER,
      assertion: two,
      resource: first.resource,
    });
    expect(answer.body.error).toBe('invalid_request');
  });

  it('takes an assertion once, in parallel on two replicas too (RFC 7523 §3)', async () => {
    for (let round = 0; round < 5; round += 1) {
      const assertion = await pod();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => present(assertion, {}, index % 2 ? first : second)),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(new Set(answers.map(({ body }) => body.error))).toEqual(new Set([undefined, 'invalid_grant']));
    }
  });

  it('takes that of an issuer whose assertions are files as often as it comes, until it ends', async () => {
    const assertion = await cluster.sign(first.clock, { claims: { sub: POD, aud: first.issuer } });
    for (const service of [first, second, first])
      expect((await present(assertion, {}, service)).status).toBe(200);
    first.clock.advance(3_700);
    expect((await present(assertion)).body.error).toBe('invalid_grant');
  });

  it('costs two statements at most', async () => {
    await present(await pod());
    const counts: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      const assertion = await pod();
      const before = statementsSoFar();
      expect((await present(assertion)).status).toBe(200);
      counts.push(statementsSoFar() - before);
    }
    expect(Math.min(...counts)).toBeLessThanOrEqual(2);
  });

  it('tells the policy and the audit whose assertion it was', async () => {
    await present(await pod({ team: 'batch' }));
    expect(rules.questions).toMatchObject([
      {
        account: null,
        client: { clientId: 'nightly' },
        assertion: { issuer: platform.issuer, claims: { sub: POD, team: 'batch' } },
      },
    ]);
    expect(events.find(({ action }) => action === 'token.issue')).toMatchObject({
      outcome: 'success',
      clientId: 'nightly',
      detail: { grantType: JWT_BEARER, assertionIssuer: platform.issuer, assertionSubject: POD },
    });
  });

  it('says in the metadata that it can be asked, and not whom it trusts', async () => {
    const text = await (await fetch(`${first.origin}/.well-known/oauth-authorization-server`)).text();
    expect((JSON.parse(text) as Json)['grant_types_supported']).toContain(JWT_BEARER);
    for (const { issuer } of [platform, ci, cluster]) expect(text).not.toContain(issuer);
  });

  it('ends at once when its service account is disabled', async () => {
    const { access_token: token } = (await present(await pod())).body;
    await first.clients.disable('nightly');
    for (const service of [first, second])
      expect((await present(await pod(), {}, service)).body.error).toBe('invalid_grant');
    const client = new OAuthTestClient(first);
    await eventually(async () => (await client.call(token, undefined, second)).status === 401);
    await first.clients.enable('nightly');
  });
});
