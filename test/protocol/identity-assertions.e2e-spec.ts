import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { startReplicas, statementsSoFar, type TestService } from '../support/app.js';
import { ec, publicJwk } from '../support/assertions.js';
import { ProofKey } from '../support/dpop.js';
import { eventually } from '../support/eventually.js';
import { ForeignIssuer, JWT_BEARER } from '../support/foreign-issuer.js';
import { DocumentServer } from '../support/document-server.js';
import {
  EnterpriseClient,
  enterpriseClients,
  ID_JAG,
  presentWithKey,
} from '../support/identity-assertions.js';
import { type Json } from '../support/oauth-client.js';
import { allow, deny, testPolicy } from '../support/policy.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

const metadataOf = async ({ origin }: TestService) =>
  (await fetch(`${origin}/.well-known/oauth-authorization-server`)).text();

describe('identity assertions (MCP Enterprise-Managed Authorization §5)', () => {
  const rules = testPolicy();
  const key = ec();
  let company: ForeignIssuer;
  let documents: DocumentServer;
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;

  beforeAll(async () => {
    [company, documents] = await Promise.all([ForeignIssuer.start(ID_JAG), DocumentServer.start()]);
    rules.stored.rule = allow('notes:read', 'notes:write', 'files:read');
    documents.serve(
      '/client',
      documents.client('/client', {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...publicJwk(key), kid: 'one' }] },
      }),
    );
    ({ first, second, close } = await startReplicas({
      audit: RecordingLog,
      policy: rules.policy,
      clients: enterpriseClients(key),
      trustedIssuers: [{ issuer: company.issuer }],
      identityAssertions: () => [
        { issuer: company.issuer, clients: ['editor', 'assistant', documents.url('/client')] },
      ],
    }));
  });
  afterAll(async () => {
    await close();
    await Promise.all([company, documents].map((each) => each.close()));
  });
  beforeEach(() => {
    first.clock.advance(31);
    events.length = 0;
    rules.questions.length = 0;
  });

  const editor = () => new EnterpriseClient(first, company);

  it('issues a token for the person and the resource of an assertion, and no refresh token (§5.2)', async () => {
    const client = editor();
    const authTime = Math.floor(first.clock.now() / 1000) - 100;
    const answer = await client.present(
      await client.assertion({ auth_time: authTime, amr: ['otp'], acr: '2' }),
    );
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(answer.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'notes:read notes:write',
    });
    expect(answer.body).not.toHaveProperty('refresh_token');
    expect(answer.body).not.toHaveProperty('id_token');
    expect(decodeJwt(answer.body.access_token)).toMatchObject({
      iss: first.issuer,
      sub: 'alice',
      sub_type: 'user',
      aud: first.resource,
      client_id: 'editor',
      auth_time: authTime,
    });
    const call = await client.call(answer.body.access_token, undefined, second);
    expect(call.body).toMatchObject({ result: { session: { userId: 'alice', clientId: 'editor' } } });
  });

  it.each([
    ['the issuer, alone in an array', () => ({ aud: [first.issuer] })],
    ['one resource in an array', () => ({ resource: [first.resource] })],
    ['another spelling of the resource', () => ({ resource: `${first.resource}?utm_source=x` })],
    [
      'a resource beside one that is elsewhere',
      () => ({ resource: ['https://other.example/mcp', first.resource] }),
    ],
    ['nothing of scopes', () => ({ scope: undefined })],
    ['what nobody has to know', () => ({ department: 'R&D', email: 'alice@example.com' })],
  ])('takes an assertion with %s', async (_, claims) => {
    const client = editor();
    expect((await client.present(await client.assertion(claims()))).status).toBe(200);
  });

  it('lets the request choose among the resources of the assertion', async () => {
    const client = editor();
    const assertion = await client.assertion({
      resource: [first.resource, first.secondResource],
      scope: 'files:read notes:read',
    });
    expect((await client.present(assertion)).body.error).toBe('invalid_grant');
    const { body } = await client.present(assertion, { fields: { resource: first.secondResource } });
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: first.secondResource, scope: 'files:read' });
  });

  it('allows the scopes of the assertion, the request and the policy alike (RFC 6749 §3.3)', async () => {
    const client = editor();
    const scopeOf = async (said: string | undefined, scope?: string) =>
      (await client.present(await client.assertion({ scope: said }), { fields: { scope } })).body.scope;
    expect(await scopeOf('notes:read openid offline_access other')).toBe('notes:read');
    expect(await scopeOf('notes:write', 'notes:read')).toBe('notes:read');
    expect(await scopeOf('notes:read notes:write', 'notes:write notes:admin')).toBe('notes:write');
    expect(await scopeOf(undefined)).toBe('notes:read');
    expect(await scopeOf('notes:admin notes:read')).toBe('notes:read');
  });

  it('is presented by a client with a key too, known beforehand or by its metadata document', async () => {
    for (const clientId of ['assistant', documents.url('/client')]) {
      const client = new EnterpriseClient(first, company, clientId);
      const answer = await presentWithKey(first, clientId, key, { assertion: await client.assertion() });
      expect(answer.status).toBe(200);
      expect(decodeJwt(answer.body.access_token)).toMatchObject({ sub: 'alice', client_id: clientId });
      expect((await client.call(answer.body.access_token)).status).toBe(200);
    }
  });

  it('binds the token to the key that the assertion names, or to the one of the proof (RFC 9449 §5)', async () => {
    const client = editor();
    const [mine, other] = await Promise.all([ProofKey.make(), ProofKey.make()]);
    const proof = async (held: ProofKey) => ({
      headers: { dpop: await held.proof({ url: `${first.issuer}/token`, now: first.clock.now() }) },
    });
    const bound = await client.assertion({ cnf: { jkt: mine.thumbprint } });
    for (const request of [{}, await proof(other)])
      expect((await client.present(bound, request)).body.error).toBe('invalid_grant');
    for (const assertion of [bound, await client.assertion()]) {
      const { body } = await client.present(assertion, await proof(mine));
      expect(body['token_type']).toBe('DPoP');
      expect(decodeJwt(body.access_token)).toMatchObject({ cnf: { jkt: mine.thumbprint } });
    }
  });

  it('is taken once, in parallel on two replicas too, where the draft would let a client send it again (EMA)', async () => {
    const client = editor();
    for (let round = 0; round < 5; round += 1) {
      const assertion = await client.assertion();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          client.present(assertion, { service: index % 2 ? first : second }),
        ),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(new Set(answers.map(({ body }) => body.error))).toEqual(new Set([undefined, 'invalid_grant']));
    }
  });

  it('costs one statement, and one more for the assertion of a client', async () => {
    const client = editor();
    const least = async (ask: () => Promise<{ status: number }>) => {
      const counts: number[] = [];
      for (let round = 0; round < 40; round += 1) {
        const before = statementsSoFar();
        expect((await ask()).status).toBe(200);
        counts.push(statementsSoFar() - before);
      }
      return Math.min(...counts);
    };
    expect(await least(async () => client.present(await client.assertion()))).toBeLessThanOrEqual(1);
    const assistant = new EnterpriseClient(first, company, 'assistant');
    const withKey = async () =>
      presentWithKey(first, 'assistant', key, { assertion: await assistant.assertion() });
    expect(await least(withKey)).toBeLessThanOrEqual(2);
  });

  it('asks the policy with what the assertion says, and tells the audit whose it was', async () => {
    const client = editor();
    await client.present(await client.assertion({ groups: ['engineering'] }));
    expect(rules.questions).toMatchObject([
      {
        at: 'token',
        account: { id: 'alice' },
        client: { clientId: 'editor', source: 'static' },
        redirectUri: null,
        resource: first.resource,
        assertion: { issuer: company.issuer, claims: { sub: 'alice', groups: ['engineering'] } },
      },
    ]);
    expect(events.find(({ action }) => action === 'token.issue')).toMatchObject({
      outcome: 'success',
      userId: 'alice',
      clientId: 'editor',
      detail: { grantType: JWT_BEARER, assertionIssuer: company.issuer, assertionSubject: 'alice' },
    });
  });

  it('issues nothing where the policy says no, and the same assertion is good when it says yes', async () => {
    const client = editor();
    const assertion = await client.assertion();
    const rule = rules.stored.rule;
    rules.stored.rule = deny;
    await first.revocations.policyChanged({});
    const another = async () => client.present(await client.assertion());
    await eventually(async () => (await another()).body.error === 'invalid_grant');
    expect((await client.present(assertion)).body.error).toBe('invalid_grant');
    rules.stored.rule = rule;
    await first.revocations.policyChanged({});
    await eventually(async () => (await client.present(assertion)).status === 200);
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ['person', () => first.revocations.revokeUser('alice'), async () => undefined],
    ['client', () => first.clients.disable('editor'), () => first.clients.enable('editor')],
  ])('ends with the grants of its %s on every replica', async (_, end, restore) => {
    const client = editor();
    const { access_token: token } = (await client.present(await client.assertion())).body;
    expect((await client.call(token)).status).toBe(200);
    await end();
    for (const service of [first, second])
      await eventually(async () => (await client.call(token, undefined, service)).status === 401);
    await restore();
    expect(
      await first.sql(
        `SELECT 1 FROM "oauthGrant" WHERE "clientId" = 'editor' AND "userId" = 'alice'
      AND "revokedAt" IS NULL AND "expiresAt" > $1`,
        [new Date(first.clock.now())],
      ),
    ).toEqual([]);
  });

  it('says in the metadata that it is taken, and not whom it trusts (ID-JAG §7.2)', async () => {
    const text = await metadataOf(first);
    const metadata = JSON.parse(text) as Json;
    expect(metadata['grant_types_supported']).toContain(JWT_BEARER);
    expect(metadata['authorization_grant_profiles_supported']).toEqual([
      'urn:ietf:params:oauth:grant-profile:id-jag',
    ]);
    expect(text).not.toContain(company.issuer);
  });
});
