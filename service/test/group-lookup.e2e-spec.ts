import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';

const ELSEWHERE = {
  ...GRACE,
  groups: undefined,
  _claim_names: { groups: 'src1' },
  _claim_sources: { src1: { endpoint: 'https://evil.example/groups' } },
};
const page = (ids: unknown[], next?: unknown) => ({
  value: ids.map((id) => ({ id })),
  '@odata.nextLink': next,
});

describe('groups that the id_token leaves out', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let person: FederatedPerson;

  beforeAll(async () => {
    federated = await startFederatedService();
  });
  afterAll(() => federated.close());
  beforeEach(async () => {
    await federated.reset();
    person = new FederatedPerson(federated.service, federated.provider);
  });

  const groups = async () => {
    const [row] = await federated.service.dataSource.query<{ groups: string[] }[]>(
      `SELECT groups FROM mcp_auth."user" WHERE email = $1`,
      [GRACE.email],
    );
    return row?.groups;
  };

  it.each([
    ['_claim_names', {}],
    ['hasgroups', { _claim_names: undefined, hasgroups: true }],
    ['hasgroups as text', { _claim_names: undefined, hasgroups: 'true' }],
  ])('are looked up at the configured URL, page by page, because of %s', async (_, claims) => {
    const { provider } = federated;
    const next = `${provider.issuer}/groups?$skiptoken=2`;
    provider.mischief = {
      '/groups?$select=id': page(['a', 'b', 7, null, ''], next),
      '/groups?$skiptoken=2': page(['b', 'c']),
    };
    expect((await person.signIn({ ...ELSEWHERE, ...claims })).status).toBe(303);
    expect(await groups()).toEqual(['a', 'b', 'c']);
    expect(provider.lookUps).toEqual([
      ['/groups?$select=id', 'Bearer an access token'],
      ['/groups?$skiptoken=2', 'Bearer an access token'],
    ]);
  });

  it('are not looked up when it names them, nor when it says nothing of them', async () => {
    await person.signIn(GRACE);
    expect(await groups()).toEqual(['a']);
    await new FederatedPerson(federated.service, federated.provider).signIn({ ...GRACE, groups: undefined });
    expect(await groups()).toEqual([]);
    expect(federated.provider.lookUps).toEqual([]);
  });

  it('are refused in words where they cannot be looked up', async () => {
    const { service, other } = federated;
    person = new FederatedPerson(service, other, undefined, 'partners');
    const before = await federated.rows();
    const answer = await person.signIn({ ...ELSEWHERE, email: 'grace@partners.example' });
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('more groups than')]);
    expect(other.lookUps).toEqual([]);
    expect(await federated.rows()).toEqual(before);
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => `group ${index}`);

  it('are five thousand at most', async () => {
    federated.provider.mischief = { '/groups': page(many(5_000)) };
    await person.signIn(ELSEWHERE);
    expect(await groups()).toHaveLength(5_000);
  });

  it.each<
    [
      string,
      number,
      (issuer: string) => Record<string, unknown> | 'fails' | 'hangs' | 'hangs up' | 'redirects',
    ]
  >([
    ['fails', 503, () => 'fails'],
    ['hangs up', 503, () => 'hangs up'],
    ['does not answer in time', 503, () => 'hangs'],
    ['redirects', 403, () => 'redirects'],
    ['answers something else', 403, () => ({ error: 'denied' })],
    ['names too many', 403, () => page(many(5_001))],
    ['never ends', 403, (issuer) => page(['a'], `${issuer}/groups`)],
    ['goes on somewhere else', 403, () => page(['a'], 'https://evil.example/groups')],
    ['goes on at another port', 403, () => page(['a'], 'http://localhost:1/groups')],
    ['goes on with a password', 403, (issuer) => page(['a'], issuer.replace('//', '//a:b@'))],
    ['goes on nowhere', 403, () => page(['a'], { url: 'x' })],
    ['is too large', 403, () => ({ ...page(['a']), padding: 'x'.repeat(1_048_576) })],
  ])('leave nobody signed in when the look-up %s', async (_, status, answer) => {
    const { provider } = federated;
    provider.mischief = { '/groups': answer(provider.issuer) };
    const before = await federated.rows();
    const started = performance.now();
    const refusal = await person.signIn(ELSEWHERE);
    expect(refusal.status).toBe(status);
    expect(refusal.body).toContain(status === 503 ? 'cannot be reached at the moment' : 'more groups than');
    expect(refusal.headers.get('retry-after')).toBe(status === 503 ? '30' : null);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(provider.lookUps.length).toBeLessThanOrEqual(20);
    expect(provider.lookUps.every(([url]) => url.startsWith('/groups'))).toBe(true);
    expect(await federated.rows()).toEqual(before);
    expect(await person.isSignedIn()).toBe(false);
  });
});
