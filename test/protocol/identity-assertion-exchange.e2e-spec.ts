import { decodeJwt, decodeProtectedHeader, jwtVerify, createRemoteJWKSet } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog, type ClientOptions } from '../../src/index.js';
import { startReplicas, statementsSoFar, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { ProofKey } from '../support/dpop.js';
import { JWT_BEARER } from '../support/foreign-issuer.js';
import { TestAccounts } from '../support/host.js';
import { OAuthTestClient, type TokenAnswer } from '../support/oauth-client.js';
import { allow, deny, testPolicy } from '../support/policy.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const SECRET = 'a secret of one of the clients here, long enough';
const CALLBACK = 'https://client.example/callback';
const AUDIENCE = 'https://auth.other.example';
const THERE = 'https://mcp.other.example/mcp';

type Fields = Record<string, string | string[] | undefined>;
const client = (clientId: string): ClientOptions => ({
  clientId,
  clientSecret: SECRET,
  redirectUris: [CALLBACK],
});

describe('assertions for other servers (ID-JAG §4.3)', () => {
  const rules = testPolicy();
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;

  beforeAll(async () => {
    rules.stored.rule = allow('notes:read', 'openid', 'email', 'files:read', 'files:write');
    const linked = { issuer: AUDIENCE, scopes: ['files:read', 'files:write'] };
    ({ first, second, close } = await startReplicas({
      audit: RecordingLog,
      policy: rules.policy,
      clients: ['editor', 'other', 'single', 'unlinked'].map(client),
      linkedServers: [
        { ...linked, client: 'editor', clientId: 'editor-there', resources: [THERE], claims: ['email'] },
        { ...linked, client: 'editor', resources: [`${THERE}/fresh`], maxAge: 300 },
        { ...linked, client: 'editor', resources: [`${THERE}/staff`], groups: ['staff'] },
        { ...linked, client: 'single', resources: [THERE] },
        { ...linked, client: 'other', resources: [THERE, `${THERE}/two`] },
      ],
    }));
  });
  afterAll(() => close());
  beforeEach(() => {
    first.clock.advance(10);
    events.length = 0;
    rules.questions.length = 0;
  });

  const as = (clientId: string) => {
    const known = new OAuthTestClient(first);
    known.redirectUri = CALLBACK;
    known.credentials = { client_id: clientId, client_secret: SECRET };
    return known;
  };
  const idTokenOf = async (clientId = 'editor', account = 'alice') =>
    String((await as(clientId).tokens({ scope: 'openid notes:read' }, account))['id_token']);
  const ask = (
    subject: string,
    fields: Fields = {},
    clientId = 'editor',
    headers = {},
  ): Promise<TokenAnswer> =>
    as(clientId).token(
      {
        grant_type: EXCHANGE,
        requested_token_type: ID_JAG,
        subject_token: subject,
        subject_token_type: ID_TOKEN,
        audience: AUDIENCE,
        resource: THERE,
        client_id: clientId,
        client_secret: SECRET,
        ...fields,
      },
      { headers },
    );
  const nothingIssued = async (work: () => Promise<TokenAnswer>, error: string, status = 400) => {
    const before = await first.snapshot();
    events.length = 0;
    const answer = await work();
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.body).not.toHaveProperty('access_token');
    // What has expired may be gone meanwhile.
    for (const [table, count] of Object.entries(await first.snapshot()))
      expect(count, table).toBeLessThanOrEqual(before[table] ?? 0);
    expect(events.filter(({ action }) => action === 'token.issue')).toMatchObject([{ outcome: 'refused' }]);
    return answer;
  };

  it('trades an id_token of the client for an assertion, and nothing else comes with it (ID-JAG §4.3.3)', async () => {
    const { status, headers, body } = await ask(await idTokenOf(), { scope: 'files:read other' });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { access_token: assertion, ...rest } = body;
    expect(rest).toEqual({
      issued_token_type: ID_JAG,
      token_type: 'N_A',
      expires_in: 300,
      scope: 'files:read',
    });
    expect(decodeProtectedHeader(assertion)).toMatchObject({ typ: 'oauth-id-jag+jwt', alg: 'ES256' });
    const keys = createRemoteJWKSet(new URL(`${first.issuer}/jwks`));
    const { payload } = await jwtVerify(assertion, keys, { currentDate: new Date(first.clock.now()) });
    expect(payload).toMatchObject({
      iss: first.issuer,
      sub: 'alice',
      aud: AUDIENCE,
      client_id: 'editor-there',
      resource: THERE,
      scope: 'files:read',
      email: 'alice@example.com',
      email_verified: true,
      auth_time: expect.any(Number),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(payload).not.toHaveProperty('name');
  });

  it('gives all scopes that are linked where none is asked for, and an id of its own to each assertion', async () => {
    const idToken = await idTokenOf();
    const ids = new Set<unknown>();
    for (let round = 0; round < 5; round += 1) {
      const { body } = await ask(idToken);
      expect(body.scope).toBe('files:read files:write');
      ids.add(decodeJwt(body.access_token).jti);
    }
    expect(ids.size).toBe(5);
  });

  it.each<[string, Fields]>([
    ['with a slash at its end', { audience: `${AUDIENCE}/` }],
    ['in another spelling', { audience: 'HTTPS://AUTH.other.example' }],
  ])('knows an audience %s, and names it as it is linked', async (_, fields) => {
    expect(decodeJwt((await ask(await idTokenOf(), fields)).body.access_token).aud).toBe(AUDIENCE);
  });

  it('needs no resource where the client is linked with one alone (RFC 8693 §2.1)', async () => {
    const idToken = await idTokenOf('other');
    await nothingIssued(() => ask(idToken, { resource: undefined }, 'other'), 'invalid_target');
    const { body } = await ask(idToken, { resource: `${THERE}/two` }, 'other');
    expect(decodeJwt(body.access_token)).toMatchObject({ resource: `${THERE}/two`, client_id: 'other' });
    const single = await ask(await idTokenOf('single'), { resource: undefined }, 'single');
    expect(decodeJwt(single.body.access_token)).toMatchObject({ resource: THERE });
  });

  it('ties the assertion to the key of the proof that comes with the request (RFC 9449 §5)', async () => {
    const key = await ProofKey.make();
    const dpop = await key.proof({ url: `${first.issuer}/token`, now: first.clock.now() });
    const { body } = await ask(await idTokenOf(), {}, 'editor', { dpop });
    expect(body['token_type']).toBe('N_A');
    expect(decodeJwt(body.access_token)).toMatchObject({ cnf: { jkt: key.thumbprint } });
  });

  it.each<[string, Fields, string]>([
    ['no audience', { audience: undefined }, 'invalid_request'],
    ['another audience', { audience: 'https://evil.example' }, 'invalid_target'],
    ['an audience that begins alike', { audience: `${AUDIENCE}.evil.example` }, 'invalid_target'],
    ['this server as audience', { audience: 'self' }, 'invalid_target'],
    ['two audiences', { audience: [AUDIENCE, 'https://evil.example'] }, 'invalid_target'],
    ['another resource', { resource: `${THERE}/other` }, 'invalid_target'],
    ['a resource of this server', { resource: 'self' }, 'invalid_target'],
    ['the resource of another client', { resource: `${THERE}/two` }, 'invalid_target'],
    ['a scope that is not linked', { scope: 'files:admin' }, 'invalid_scope'],
    ['an actor', { actor_token: 'x', actor_token_type: ID_TOKEN }, 'invalid_request'],
    ['no subject', { subject_token: undefined }, 'invalid_request'],
    ['two subjects', { subject_token: ['x', 'y'] }, 'invalid_request'],
    ['nonsense as subject', { subject_token: 'nonsense' }, 'invalid_request'],
    ['an oversized subject', { subject_token: `${'x'.repeat(20_000)}.x.x` }, 'invalid_request'],
    [
      'a subject of another type',
      { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
      'invalid_request',
    ],
    ['a group that the person is not in', { resource: `${THERE}/staff` }, 'invalid_target'],
  ])('refuses %s, and issues nothing (RFC 8693 §2.2.2)', async (_, fields, error) => {
    const idToken = await idTokenOf();
    const own = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value === 'self' ? (name === 'audience' ? first.issuer : first.resource) : value,
      ]),
    );
    await nothingIssued(() => ask(idToken, own), error);
    expect((await ask(idToken)).status).toBe(200);
  });

  it('knows the groups of a person (ID-JAG §4.3.2)', async () => {
    const { people } = first.application.get(TestAccounts);
    people.set('stan', { id: 'stan', groups: ['staff'] });
    second.application.get(TestAccounts).people.set('stan', { id: 'stan', groups: ['staff'] });
    const answer = await ask(await idTokenOf('editor', 'stan'), { resource: `${THERE}/staff` });
    expect(decodeJwt(answer.body.access_token)).toMatchObject({ sub: 'stan', client_id: 'editor' });
    expect(decodeJwt(answer.body.access_token)).not.toHaveProperty('email');
  });

  it('takes no token for an id_token of the client that is none (RFC 8725 §3.11)', async () => {
    const tokens = await as('editor').tokens({ scope: 'openid notes:read' });
    const assertion = (await ask(String(tokens['id_token']))).body.access_token;
    const [header, payload] = String(tokens['id_token']).split('.');
    const unsigned = [Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url'), payload, ''].join('.');
    const theirs = await idTokenOf('other');
    for (const subject of [tokens.access_token, assertion, theirs, unsigned, `${header}.${payload}.x`])
      await nothingIssued(() => ask(subject), 'invalid_request');
  });

  it('takes no id_token that has expired, or of somebody who is disabled or whose access was taken back', async () => {
    const idToken = await idTokenOf('editor', 'bob');
    first.accounts.disable('bob');
    await nothingIssued(() => ask(idToken), 'invalid_request');
    first.accounts.enable('bob');
    expect((await ask(idToken)).status).toBe(200);
    await first.revocations.revokeUser('bob');
    await nothingIssued(() => ask(idToken), 'invalid_request');
    first.clock.advance(5);
    const later = await idTokenOf('editor', 'bob');
    expect((await ask(later)).status).toBe(200);
    first.clock.advance(3_600);
    await nothingIssued(() => ask(later), 'invalid_request');
  });

  it('asks for a new sign-in where the last one is too long ago (RFC 9470 §3)', async () => {
    const idToken = await idTokenOf();
    const fresh = { resource: `${THERE}/fresh` };
    first.clock.advance(400);
    const { body } = await nothingIssued(() => ask(idToken, fresh), 'insufficient_user_authentication');
    expect(body['max_age']).toBe(300);
    expect((await ask(idToken)).status).toBe(200);
  });

  it('asks the policy with the other server, and issues nothing where it says no (ID-JAG §4.3.2)', async () => {
    const idToken = await idTokenOf();
    rules.questions.length = 0;
    await ask(idToken);
    expect(rules.questions).toMatchObject([
      {
        at: 'token',
        account: { id: 'alice' },
        client: { clientId: 'editor' },
        resource: THERE,
        audience: AUDIENCE,
      },
    ]);
    const { rule } = rules.stored;
    rules.stored.rule = deny;
    await first.revocations.policyChanged({});
    await eventually(async () => (await ask(idToken)).status !== 200);
    await nothingIssued(() => ask(idToken), 'invalid_target');
    rules.stored.rule = rule;
    await first.revocations.policyChanged({});
    await eventually(async () => (await ask(idToken)).status === 200);
  });

  it.each(['unlinked', 'nobody'])('refuses a client that is not linked: %s', async (clientId) => {
    const idToken = await idTokenOf('unlinked');
    const [error, status] =
      clientId === 'nobody' ? (['invalid_client', 401] as const) : (['unauthorized_client', 400] as const);
    await nothingIssued(() => ask(idToken, {}, clientId), error, status);
  });

  it('writes nothing, sends nothing to the database, and tells the audit for whom and where', async () => {
    const idToken = await idTokenOf();
    await ask(idToken);
    const counts: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const before = statementsSoFar();
      await ask(idToken);
      counts.push(statementsSoFar() - before);
    }
    expect(Math.min(...counts)).toBe(0);
    expect(events.findLast(({ action }) => action === 'token.issue')).toMatchObject({
      outcome: 'success',
      userId: 'alice',
      clientId: 'editor',
      resource: THERE,
      detail: { grantType: EXCHANGE, audience: AUDIENCE, scopes: ['files:read', 'files:write'] },
    });
  });

  it('never gives an access token for an assertion of its own (ID-JAG §4.4)', async () => {
    const { access_token: assertion } = (await ask(await idTokenOf())).body;
    const fields = { grant_type: JWT_BEARER, assertion, client_id: 'editor', client_secret: SECRET };
    expect((await as('editor').token(fields)).body.error).toBe('unsupported_grant_type');
  });
});
