import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { startReplicas, startService, type TestService } from '../support/app.js';
import { ec } from '../support/assertions.js';
import { ForeignIssuer, JWT_BEARER } from '../support/foreign-issuer.js';
import { TestAccounts } from '../support/host.js';
import { EnterpriseClient, enterpriseClients, ID_JAG } from '../support/identity-assertions.js';
import type { Json, TokenAnswer } from '../support/oauth-client.js';
import { BROKEN_KEYS, expectRefused } from '../support/refused-assertion.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

describe('the issuers of identity assertions (ID-JAG §4.4)', () => {
  let company: ForeignIssuer;
  let shared: ForeignIssuer;
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;

  beforeAll(async () => {
    [company, shared] = await Promise.all([ForeignIssuer.start(ID_JAG), ForeignIssuer.start(ID_JAG)]);
    ({ first, second, close } = await startReplicas({
      audit: RecordingLog,
      clients: enterpriseClients(ec()),
      trustedIssuers: [{ issuer: company.issuer }, { issuer: shared.issuer, jwks: shared.jwks }],
      identityAssertions: ({ resource }) => [
        { issuer: company.issuer, clients: ['editor'] },
        {
          issuer: shared.issuer,
          tenant: 'acme',
          clients: ['editor'],
          resources: [resource],
          scopes: ['notes:read'],
        },
      ],
    }));
  });
  afterAll(async () => {
    await close();
    await Promise.all([company, shared].map((each) => each.close()));
  });
  beforeEach(() => {
    first.clock.advance(31);
    events.length = 0;
  });

  const editor = () => new EnterpriseClient(first, company);

  it('keeps the assertions of one tenant within what their rule allows', async () => {
    const client = new EnterpriseClient(first, shared);
    const { body } = await client.present(await client.assertion({ tenant: 'acme', sub: 'alice' }));
    expect(body.error).toBe('invalid_grant');
    expect(events.at(-1)).toMatchObject({
      detail: { assertionIssuer: shared.issuer, assertionSubject: 'alice' },
    });
    const accounts = first.application.get(TestAccounts);
    accounts.people.set('carol@acme', { id: 'carol' });
    const carol = { tenant: 'acme', sub: 'carol' };
    expect((await client.present(await client.assertion(carol))).body.scope).toBe('notes:read');
    for (const claims of [
      { ...carol, tenant: undefined },
      { ...carol, tenant: 'other' },
      { ...carol, resource: first.secondResource, scope: 'files:read' },
      { ...carol, scope: 'notes:write' },
    ]) {
      const answer = await client.present(await client.assertion(claims), {
        fields: { scope: 'notes:write' },
      });
      expect(answer.body.error).toBe('invalid_grant');
    }
  });

  it('tells two issuers apart that give the same id (RFC 7519 §4.1.7)', async () => {
    const client = editor();
    const other = new EnterpriseClient(first, shared);
    const same = { jti: 'the same', sub: 'dora' };
    const accounts = first.application.get(TestAccounts);
    accounts.people.set('dora@acme', { id: 'dora' });
    accounts.people.set('dora', { id: 'dora' });
    expect((await client.present(await client.assertion(same))).status).toBe(200);
    expect((await other.present(await other.assertion({ ...same, tenant: 'acme' }))).status).toBe(200);
    expect((await client.present(await client.assertion(same))).body.error).toBe('invalid_grant');
  });

  const nothingWritten = (send: () => Promise<TokenAnswer>, error: string, status?: number) =>
    expectRefused(first, events, send, error, status);

  it.each(BROKEN_KEYS)(
    'answers when the keys of the issuer are %s, and takes the same assertion afterwards',
    async (_, breakIt, status, error) => {
      // Longer than any copy of the keys is used.
      first.clock.advance(700);
      const client = editor();
      const assertion = await client.assertion();
      breakIt(company);
      await nothingWritten(() => client.present(assertion), error, status);
      company.serve();
      first.clock.advance(11);
      expect((await client.present(assertion, { service: second })).status).toBe(200);
    },
  );
});

describe('without a rule for identity assertions', () => {
  it('says nothing of them and takes none (ID-JAG §7.2)', async () => {
    const company = await ForeignIssuer.start(ID_JAG);
    const service = await startService({
      clients: enterpriseClients(ec()),
      trustedIssuers: [{ issuer: company.issuer }],
    });
    const metadata = JSON.parse(await metadataOf(service)) as Json;
    expect(metadata).not.toHaveProperty('authorization_grant_profiles_supported');
    expect(metadata['grant_types_supported']).not.toContain(JWT_BEARER);
    const client = new EnterpriseClient(service, company);
    expect((await client.present(await client.assertion())).body.error).toBe('unsupported_grant_type');
    await service.close();
    await company.close();
  });
});

describe('linked servers', () => {
  it('says in the metadata what can be asked for, and not which servers are linked (ID-JAG §7.1)', async () => {
    const issuer = 'https://auth.other.example';
    const linked = {
      issuer,
      client: 'editor',
      resources: ['https://mcp.other.example'],
      scopes: ['files:read'],
    };
    const [service, without] = await Promise.all([
      startService({ clients: enterpriseClients(ec()), linkedServers: [linked] }),
      startService(),
    ]);
    const [on, off] = await Promise.all([metadataOf(service), metadataOf(without)]);
    const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
    expect(JSON.parse(on)).toMatchObject({
      identity_chaining_requested_token_types_supported: ['urn:ietf:params:oauth:token-type:id-jag'],
      grant_types_supported: expect.arrayContaining([exchange]),
    });
    expect(on).not.toContain('other.example');
    expect(off).not.toContain('identity_chaining');
    expect(off).not.toContain(exchange);
    await service.close();
    await without.close();
  });
});

async function metadataOf({ origin }: TestService): Promise<string> {
  return (await fetch(`${origin}/.well-known/oauth-authorization-server`)).text();
}
