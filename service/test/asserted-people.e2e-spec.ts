import { decodeJwt } from 'jose';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statementsSoFar } from '../../test/support/app.js';
import { eventually } from '../../test/support/eventually.js';
import { type Claims, ForeignIssuer, JWT_BEARER } from '../../test/support/foreign-issuer.js';
import { ID_JAG } from '../../test/support/identity-assertions.js';
import { freePort } from '../../test/support/free-port.js';
import { User } from '../src/people/entities/user.entity.js';
import { Identity } from '../src/people/entities/identity.entity.js';
import { Users } from '../src/people/users.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const SECRET = 'a secret of the code editor, long enough';

interface Answer {
  status: number;
  body: { access_token: string; scope?: string; error?: string };
}

describe('people whom an issuer asserts (ID-JAG §4.4)', () => {
  let company: ForeignIssuer;
  let makers: ForeignIssuer;
  let shared: ForeignIssuer;
  let folder: string;
  let service: Standalone;

  beforeAll(async () => {
    [company, makers, shared] = await Promise.all([
      ForeignIssuer.start(ID_JAG),
      ForeignIssuer.start(ID_JAG),
      ForeignIssuer.start(ID_JAG),
    ]);
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-asserted-'));
    const port = await freePort();
    const server = `http://localhost:${port}/mcp`;
    const file = {
      rules: [
        { name: 'Engineers', groups: ['company:engineering'], server, scopes: 'all' },
        { name: 'Others', groups: 'everyone', server, scopes: ['mcp:tools'] },
      ],
      clients: { mode: 'approval' },
      providers: [
        {
          id: 'company',
          issuer: company.issuer,
          clientId: 'us',
          clientSecret: { env: 'COMPANY_SECRET' },
          domains: ['acme.example'],
        },
      ],
      trustedIssuers: [company, makers, shared].map(({ issuer }) => ({ issuer })),
      preRegisteredClients: [{ id: 'editor', clientSecret: { env: 'EDITOR_SECRET' } }],
      identityAssertions: [
        { issuer: company.issuer, clients: ['editor'], groupsClaim: 'groups' },
        { issuer: makers.issuer, clients: ['editor'], domains: ['makers.example'], accounts: 'created' },
        { issuer: shared.issuer, tenant: 'one', clients: ['editor'], accounts: 'created' },
      ],
    };
    await writeFile(join(folder, 'policy.yaml'), JSON.stringify(file));
    service = await startStandalone({
      PORT: String(port),
      MCP_AUTH_POLICY_FILE: join(folder, 'policy.yaml'),
      MCP_AUTH_CLIENT_DOCUMENTS: 'loopback',
      COMPANY_SECRET: SECRET,
      EDITOR_SECRET: SECRET,
    });
  });
  afterAll(async () => {
    await service.close();
    await Promise.all([company, makers, shared].map((issuer) => issuer.close()));
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    service.clock.advance(31);
  });

  const ask = async (issuer: ForeignIssuer, claims: Claims): Promise<Answer> => {
    const assertion = await issuer.sign(service.clock, {
      claims: { aud: service.issuer, client_id: 'editor', resource: service.mcpUrl, ...claims },
    });
    const response = await fetch(`${service.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`editor:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: JWT_BEARER, assertion }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const call = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const accept = 'application/json, text/event-stream';
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    return (await fetch(service.mcpUrl, { method: 'POST', headers: { ...headers, accept }, body })).status;
  };
  const subjectOf = ({ body }: Answer) => decodeJwt(body.access_token).sub;
  const users = () => service.dataSource.getRepository(User);
  const everybody = () => users().count();

  it('finds whoever is known by issuer and subject, in two statements', async () => {
    const id = await service.addMember('known@acme.example', []);
    const identity = { id, userId: id, issuer: company.issuer, sub: 'known', createdAt: new Date() };
    await service.dataSource
      .getRepository(Identity)
      .insert({ ...identity, groupsReadAt: new Date(service.clock.now()) });
    const counts: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const before = statementsSoFar();
      const answer = await ask(company, { sub: 'known' });
      counts.push(statementsSoFar() - before);
      expect(subjectOf(answer)).toBe(id);
      expect(await call(answer.body.access_token)).toBe(200);
    }
    expect(Math.min(...counts)).toBeLessThanOrEqual(2);
  });

  it('makes an account where it may, in one statement more, and finds it afterwards', async () => {
    const claims = { sub: 'new', email: 'New@makers.example', email_verified: true, name: 'Nia New' };
    const answer = await ask(makers, claims);
    const made = await users().findOneByOrFail({ email: 'new@makers.example' });
    expect(made).toMatchObject({ name: 'Nia New', role: 'member', emailVerified: true });
    expect(subjectOf(answer)).toBe(made.subject);
    expect(await call(answer.body.access_token)).toBe(200);
    expect(subjectOf(await ask(makers, { sub: 'new' }))).toBe(made.subject);
    const counts: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const before = statementsSoFar();
      const email = `new-${round}@makers.example`;
      expect((await ask(makers, { sub: email, email, email_verified: true })).status).toBe(200);
      counts.push(statementsSoFar() - before);
    }
    expect(Math.min(...counts)).toBeLessThanOrEqual(3);
  });

  it('makes one account of ten assertions at once', async () => {
    const claims = { sub: 'many', email: 'many@makers.example', email_verified: true };
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(makers, claims)));
    expect(new Set(answers.map(subjectOf)).size).toBe(1);
    expect(await users().countBy({ email: 'many@makers.example' })).toBe(1);
  });

  it.each<[string, () => ForeignIssuer, Claims]>([
    [
      'somebody unknown, where accounts are not made',
      () => company,
      { email: 'x@acme.example', email_verified: true },
    ],
    ['somebody without an address', () => makers, {}],
    ['an address that is not verified', () => makers, { email: 'x@makers.example' }],
    ['an address whose proof is text', () => makers, { email: 'x@makers.example', email_verified: 'no' }],
    ['an address of another domain', () => makers, { email: 'x@other.example', email_verified: true }],
    [
      'an address of a domain that another provider speaks for',
      () => makers,
      { email: 'x@acme.example', email_verified: true },
    ],
    [
      'an address that looks like another',
      () => makers,
      { email: 'x\u200b@makers.example', email_verified: true },
    ],
    [
      'an oversized subject',
      () => makers,
      { sub: 'x'.repeat(300), email: 'x@makers.example', email_verified: true },
    ],
  ])('makes no account of %s', async (_, issuer, claims) => {
    const before = await everybody();
    expect((await ask(issuer(), { sub: 'unknown', ...claims })).body.error).toBe('invalid_grant');
    expect(await everybody()).toBe(before);
  });

  it('gives the account of an address to whom its issuer says, once, and the first token works', async () => {
    const id = await service.addMember('paula@acme.example', []);
    const claims = { sub: 'paula', email: 'paula@acme.example' };
    expect((await ask(company, claims)).body.error).toBe('invalid_grant');
    const answer = await ask(company, { ...claims, email_verified: true });
    expect(subjectOf(answer)).toBe(id);
    expect(await call(answer.body.access_token)).toBe(200);
    // Whoever has the address next is another person.
    const heir = await ask(company, { ...claims, sub: 'heir', email_verified: true });
    expect(heir.body.error).toBe('invalid_grant');
    expect(subjectOf(await ask(company, { sub: 'paula' }))).toBe(id);
  });

  it.each<[string, () => ForeignIssuer, string]>([
    ['somebody with power here', () => company, ADMINISTRATOR.email],
    ['a domain that the issuer does not speak for', () => makers, 'q@elsewhere.example'],
  ])('does not give away the account of %s', async (_, issuer, email) => {
    if (email !== ADMINISTRATOR.email) await service.addMember(email, []);
    const answer = await ask(issuer(), { sub: `taker of ${email}`, email, email_verified: true });
    expect(answer.body.error).toBe('invalid_grant');
  });

  it('keeps the people of two tenants apart (ID-JAG §3)', async () => {
    const claims = { sub: 'tess', email: 'tess@tenant.example', email_verified: true };
    const answer = await ask(shared, { ...claims, tenant: 'one' });
    const { userId, issuer } = await service.dataSource
      .getRepository(Identity)
      .findOneByOrFail({ sub: 'tess' });
    expect([subjectOf(answer), issuer]).toEqual([userId, `${shared.issuer}#one`]);
    for (const tenant of ['two', undefined])
      expect((await ask(shared, { ...claims, tenant })).body.error).toBe('invalid_grant');
  });

  it('goes by the groups of the assertion, and takes back at once what groups that are gone gave', async () => {
    const id = await service.addMember('gia@acme.example', []);
    const identity = { id, userId: id, issuer: company.issuer, sub: 'gia', createdAt: new Date() };
    await service.dataSource
      .getRepository(Identity)
      .insert({ ...identity, groupsReadAt: new Date(service.clock.now()) });
    const asked = { sub: 'gia', scope: 'mcp:tools mcp:admin' };
    const scopeOf = async (claims: Claims) => (await ask(company, { ...asked, ...claims })).body;
    const engineer = await scopeOf({ groups: ['engineering'] });
    expect(await call(engineer.access_token)).toBe(200);
    const other = await scopeOf({ groups: ['sales'] });
    await eventually(async () => (await call(engineer.access_token)) === 401);
    expect(await call(other.access_token)).toBe(200);
    const { groups } = await service.dataSource.getRepository(Identity).findOneByOrFail({ sub: 'gia' });
    expect(groups).toEqual(['sales']);
  });

  it('refuses somebody whose account is disabled', async () => {
    const claims = { sub: 'dan', email: 'dan@makers.example', email_verified: true };
    const id = subjectOf(await ask(makers, claims));
    await users().update({ subject: id }, { disabledAt: new Date(service.clock.now()) });
    expect((await ask(makers, claims)).body.error).toBe('invalid_grant');
    expect(await service.application.get(Users).findByEmail('dan@makers.example')).not.toBeNull();
  });
});
