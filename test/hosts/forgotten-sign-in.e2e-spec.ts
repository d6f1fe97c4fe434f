import { Logger } from '@nestjs/common';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  type MockInstance,
  vi,
} from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { TestAccounts } from '../support/host.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

describe('a host that forgets who has just signed in', () => {
  let service: TestService;
  let accounts: TestAccounts;
  let warned: MockInstance<Logger['warn']>;

  beforeAll(async () => {
    service = await startService();
    accounts = service.application.get(TestAccounts);
  });
  afterAll(() => service.close());
  beforeEach(() => {
    warned = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterEach(() => vi.restoreAllMocks());

  const warnings = () =>
    warned.mock.calls.map(([text]) => String(text)).filter((text) => text.startsWith('A sign-in was just'));

  it('is told in the log why a person is asked to sign in again, and gets no code (RFC 9700 §4)', async () => {
    vi.spyOn(accounts, 'current').mockResolvedValue(null);
    const client = await new OAuthTestClient(service).register();
    const page = await client.follow(await client.authorize());
    expect([page.url.includes('/sign-in'), warnings()]).toEqual([true, []]);
    const again = await client.signIn(page);
    expect(again.url).toContain('/sign-in');
    expect(warnings().length).toBeGreaterThan(0);
    expect(warnings()[0]).toContain('AccountDirectory.current says that nobody is signed in.');
    expect(warnings()[0]).toContain('throughMiddleware');
  });

  it.each<[string, undefined | 'itself']>([
    ['remembers nobody (undefined)', undefined],
    ['remembers whoever signed in', 'itself'],
  ])('is told nothing where it %s', async (_name, answer) => {
    if (answer === undefined) vi.spyOn(accounts, 'current').mockResolvedValue(undefined);
    const client = await new OAuthTestClient(service).register();
    const location = await client.approve(await client.toConsent());
    expect([redirectParameters(location).has('code'), warnings()]).toEqual([true, []]);
  });
});
