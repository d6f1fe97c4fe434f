import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { startReplicas, type TestService } from '../support/app.js';
import { ec } from '../support/assertions.js';
import {
  BAD_CLAIMS,
  type Claims,
  ForeignIssuer,
  JWT_BEARER,
  type Making,
} from '../support/foreign-issuer.js';
import {
  EnterpriseClient,
  enterpriseClients,
  ID_JAG,
  presentWithKey,
} from '../support/identity-assertions.js';
import { OAuthTestClient, type TokenAnswer } from '../support/oauth-client.js';
import { expectRefused } from '../support/refused-assertion.js';
import { resigned } from '../support/signed-text.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

describe('what is refused of identity assertions (MCP Enterprise-Managed Authorization §5.1)', () => {
  const key = ec();
  let company: ForeignIssuer;
  let other: ForeignIssuer;
  let platform: ForeignIssuer;
  let first: TestService;
  let close: () => Promise<void>;

  beforeAll(async () => {
    [company, other, platform] = await Promise.all([
      ForeignIssuer.start(ID_JAG),
      ForeignIssuer.start(ID_JAG),
      ForeignIssuer.start(ID_JAG),
    ]);
    ({ first, close } = await startReplicas({
      audit: RecordingLog,
      clients: enterpriseClients(key),
      serviceAccounts: ({ resource }) => [
        { clientId: 'nightly', resources: [resource], scopes: ['notes:read'] },
      ],
      trustedIssuers: [company, other, platform].map(({ issuer }) => ({ issuer })),
      workloads: [{ issuer: platform.issuer, subject: 'alice', serviceAccount: 'nightly' }],
      identityAssertions: () => [
        { issuer: company.issuer, clients: ['editor', 'assistant'], scopes: ['notes:write'] },
        { issuer: other.issuer, tenant: 'acme', clients: ['editor'] },
      ],
    }));
    first.accounts.disable('bob');
  });
  afterAll(async () => {
    await close();
    await Promise.all([company, other, platform].map((issuer) => issuer.close()));
  });
  beforeEach(() => {
    first.clock.advance(31);
    events.length = 0;
  });

  const now = () => Math.floor(first.clock.now() / 1000);
  const editor = () => new EnterpriseClient(first, company);

  const nothingWritten = (send: () => Promise<TokenAnswer>, error: string, status?: number) =>
    expectRefused(first, events, send, error, status);

  const BAD_MEMBERS: [string, (seconds: number) => Claims][] = [
    ['no client_id', () => ({ client_id: undefined })],
    ['the id of another client', () => ({ client_id: 'assistant' })],
    ['an array as client_id', () => ({ client_id: ['editor'] })],
    ['a tenant that no rule names', () => ({ tenant: 'acme' })],
    ['an object as tenant', () => ({ tenant: {} })],
    ['null as resource', () => ({ resource: null })],
    ['a number as resource', () => ({ resource: 1 })],
    ['no resource in an array', () => ({ resource: [] })],
    [
      'more resources than anybody has',
      () => ({ resource: Array.from({ length: 30 }, () => 'https://a.example') }),
    ],
    ['a resource that is elsewhere', () => ({ resource: 'https://other.example/mcp' })],
    ['a resource whose name begins alike', () => ({ resource: `${first.resource}2` })],
    ['no resource where there are two', () => ({ resource: undefined })],
    ['an array of scopes', () => ({ scope: ['notes:read'] })],
    ['a scope that nobody knows', () => ({ scope: 'other' })],
    ['a scope of blanks', () => ({ scope: ' ' })],
    ['scopes of the server itself', () => ({ scope: 'openid offline_access' })],
    ['a scope beyond the rule', () => ({ scope: 'notes:admin' })],
    ['authorization_details', () => ({ authorization_details: [{ type: 'payment' }] })],
    ['an actor', () => ({ act: { sub: 'agent' } })],
    ['a tenant of ours', () => ({ aud_tenant: 'acme' })],
    ['a key that nobody proves to hold', () => ({ cnf: { jkt: 'x'.repeat(43) } })],
    ['a key of another kind', () => ({ cnf: { 'x5t#S256': 'x' } })],
    ['two kinds of keys', () => ({ cnf: { jkt: 'x', 'x5t#S256': 'x' } })],
    ['null as cnf', () => ({ cnf: null })],
    ['text as auth_time', (time) => ({ auth_time: String(time) })],
    ['a sign-in in the future', (time) => ({ auth_time: time + 60 })],
    ['text as amr', () => ({ amr: 'pwd' })],
    ['an object as acr', () => ({ acr: {} })],
    ['a number as email', () => ({ email: 1 })],
    ['somebody who has no account', () => ({ sub: 'mallory' })],
    ['somebody whose account is disabled', () => ({ sub: 'bob' })],
    ['the subject of an account with other letters', () => ({ sub: 'Alice' })],
  ];

  it.each([...BAD_CLAIMS, ...BAD_MEMBERS])(
    'refuses %s, and nothing is used up (ID-JAG §4.4)',
    async (_, claims) => {
      const client = editor();
      const assertion = await client.assertion(claims(now()));
      await nothingWritten(() => client.present(assertion), 'invalid_grant');
    },
  );

  it.each<[string, (client: EnterpriseClient) => Promise<string> | string]>([
    ['no signature', (client) => company.forge(first.clock, client.says(), 'none')],
    ['the public key as a secret', (client) => company.forge(first.clock, client.says(), 'HS256')],
    ['another key', (client) => client.assertion({}, { key: ec() })],
    ['an unknown kid', (client) => client.assertion({}, { header: { kid: 'x' } })],
    ['the key of another trusted issuer', (client) => client.assertion({}, { key: other.key })],
    [
      'the name of an issuer that may say nothing of people',
      (client) => platform.sign(first.clock, { claims: client.says() }),
    ],
    ['a critical header', (client) => client.assertion({}, { header: { crit: ['x'], x: 1 } })],
    ['two audiences', (client) => client.assertion({ aud: [first.issuer, 'https://elsewhere.example'] })],
    ['the token endpoint as audience', (client) => client.assertion({ aud: `${first.issuer}/token` })],
    ['our issuer with a slash', (client) => client.assertion({ aud: `${first.issuer}/` })],
    ['a lifetime of hours', (client) => client.assertion({ exp: now() + 7_200 })],
    [
      'a claim that stands there twice',
      async (client) =>
        resigned(await client.assertion(), platform.key, {
          payload: (text) => text.replace('{', '{"sub":"x",'),
        }),
    ],
  ])('refuses an assertion with %s, and nothing is used up (RFC 8725 §3)', async (_, make) => {
    const client = editor();
    const assertion = await make(client);
    await nothingWritten(() => client.present(assertion), 'invalid_grant');
  });

  it.each<[string, Making['header']]>([
    ['the type of an access token', { typ: 'at+jwt' }],
    ['the type of a proof', { typ: 'dpop+jwt' }],
    ['the type of a client assertion', { typ: 'client-authentication+jwt' }],
    ['no type', { typ: undefined }],
  ])(
    'refuses %s, which is no assertion about a person, before anybody else looks at it (RFC 8725 §3.11)',
    async (_, header) => {
      const client = editor();
      const assertion = await client.assertion({}, { header });
      // What is of a platform names no client.
      await nothingWritten(() => client.present(assertion), 'invalid_request');
      events.length = 0;
      const fields = { grant_type: JWT_BEARER, assertion, resource: first.resource };
      await nothingWritten(() => new OAuthTestClient(first).token(fields), 'invalid_grant');
    },
  );

  it('does not take the assertion about a person for one of a platform', async () => {
    const claims = { sub: 'alice', aud: first.issuer };
    const assertion = await platform.sign(first.clock, { claims });
    const fields = { grant_type: JWT_BEARER, assertion, resource: first.resource };
    await nothingWritten(() => new OAuthTestClient(first).token(fields), 'invalid_client', 401);
  });

  it.each<[string, string, string]>([
    ['another client whom the rule names too', 'assistant', 'invalid_grant'],
    ['a client that no rule names', 'stranger', 'unauthorized_client'],
  ])(
    'refuses the right assertion from %s, and it is good for its own client afterwards',
    async (_, who, error) => {
      const client = editor();
      const assertion = await client.assertion();
      if (who === 'assistant') {
        const answer = await presentWithKey(first, who, key, { assertion });
        expect(answer.body.error).toBe(error);
      } else {
        await nothingWritten(() => new EnterpriseClient(first, company, who).present(assertion), error);
      }
      expect((await client.present(assertion)).status).toBe(200);
    },
  );

  it('refuses a client that registered itself, whatever it names', async () => {
    const client = await new OAuthTestClient(first).register({
      token_endpoint_auth_method: 'client_secret_post',
    });
    const assertion = await editor().assertion({ client_id: client.credentials.client_id });
    events.length = 0;
    const { client_id, client_secret } = client.credentials;
    const fields = { grant_type: JWT_BEARER, assertion, client_id, client_secret };
    await nothingWritten(() => client.token(fields), 'unauthorized_client');
  });

  it.each<[string, Record<string, string | string[]>, string]>([
    ['a resource that is unknown', { resource: 'https://other.example/mcp' }, 'invalid_target'],
    ['a resource that the assertion does not name', { resource: 'second' }, 'invalid_grant'],
    ['two resources', { resource: ['a', 'b'] }, 'invalid_target'],
    ['a scope beyond the assertion', { scope: 'notes:admin' }, 'invalid_grant'],
    ['a scope of blanks', { scope: ' ' }, 'invalid_grant'],
    ['two scopes', { scope: ['notes:read', 'notes:write'] }, 'invalid_request'],
  ])('refuses a request with %s, and the assertion is good afterwards', async (_, asked, error) => {
    const client = editor();
    const assertion = await client.assertion();
    const fields = asked['resource'] === 'second' ? { resource: first.secondResource } : asked;
    await nothingWritten(() => client.present(assertion, { fields }), error);
    expect((await client.present(assertion)).status).toBe(200);
  });

  it('refuses a request without an assertion, with two, or of a client that does not prove itself', async () => {
    const client = editor();
    const assertion = await client.assertion();
    await nothingWritten(() => client.present(undefined), 'invalid_request');
    events.length = 0;
    await nothingWritten(() => client.present([assertion, assertion]), 'invalid_request');
    events.length = 0;
    const named = { grant_type: JWT_BEARER, assertion, client_id: 'editor' };
    await nothingWritten(() => client.token(named), 'invalid_client', 401);
    expect((await client.present(assertion)).status).toBe(200);
  });

  it('says why to nobody but whoever reads the audit, and keeps no assertion', async () => {
    const client = editor();
    const unsigned = company.forge(first.clock, client.says(), 'none');
    const answers = [
      await client.present(unsigned),
      await client.present(await client.assertion({ iss: 'https://elsewhere.example' })),
      await client.present(await client.assertion({ client_id: 'assistant' })),
    ];
    expect(new Set(answers.map(({ body }) => body.error_description)).size).toBe(1);
    const assertion = await client.assertion({ sub: 'mallory' });
    await client.present(assertion);
    expect(events.at(-1)).toMatchObject({
      detail: { assertionIssuer: company.issuer, assertionSubject: 'mallory', error: 'invalid_grant' },
    });
    const told = JSON.stringify(events);
    for (const part of [unsigned, assertion]) expect(told).not.toContain(part);
  });
});
