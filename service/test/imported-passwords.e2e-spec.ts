import { randomBytes, scryptSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Users } from '../src/people/users.js';
import { press, signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const EMAIL = 'grace@example.com';
/** With a ligature, and an accent of its own. */
const TYPED = 'e\u0301te\u0301 of\ufb01ce';
const COMPOSED = '\u00e9t\u00e9 office';

/** As Better Auth stores a password. */
function imported(password: string): string {
  const salt = randomBytes(16).toString('hex');
  const key = scryptSync(password.normalize('NFKC'), salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 2 ** 26 });
  return `${salt}:${key.toString('hex')}`;
}

describe('a password that was taken over from Better Auth', () => {
  let service: Standalone;
  let id: string;

  beforeAll(async () => {
    service = await startStandalone();
    id = await service.addMember(EMAIL, []);
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    await store(imported(TYPED));
    await service.dataSource.query('UPDATE mcp_auth."user" SET "disabledAt" = NULL WHERE id = $1', [id]);
  });

  const store = (hash: string) =>
    service.dataSource.query('UPDATE mcp_auth."account" SET "password" = $1 WHERE "userId" = $2', [hash, id]);
  const stored = async () => {
    const rows = await service.dataSource.query<{ password: string }[]>(
      'SELECT "password" FROM mcp_auth."account" WHERE "userId" = $1',
      [id],
    );
    return rows[0]?.password ?? '';
  };
  const signIn = async (password: string) => {
    const browser = await signedIn(service, EMAIL, password);
    return (await browser.get(`${service.issuer}/`)).status === 200;
  };

  it('is verified once by their scrypt, and is argon2id from then on', async () => {
    expect(await signIn(COMPOSED)).toBe(true);
    expect(await stored()).toMatch(/^\$argon2id\$/);
    expect([await signIn(TYPED), await signIn(COMPOSED), await signIn('another')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('stays as it is when another one is tried', async () => {
    const before = await stored();
    expect(await signIn('another')).toBe(false);
    expect(await stored()).toBe(before);
  });

  it('stays as it is while the account is disabled', async () => {
    const before = await stored();
    await service.dataSource.query('UPDATE mcp_auth."user" SET "disabledAt" = now() WHERE id = $1', [id]);
    expect(await signIn(TYPED)).toBe(false);
    expect(await stored()).toBe(before);
  });

  it('is the current one when it is changed', async () => {
    const browser = await signedIn(service, EMAIL, TYPED);
    const password = 'a brand new password';
    await store(imported(TYPED));
    const form = { current: TYPED, password, repeated: password };
    const answer = await press(service, browser, '/account/password', form);
    expect(answer.headers.get('location')).toBe('/account/password/changed');
    expect([await signIn(password), await signIn(TYPED)]).toEqual([true, false]);
  });

  it('lets two sign in at once with it', async () => {
    const users = service.application.get(Users);
    const found = await Promise.all([users.authenticate(EMAIL, TYPED), users.authenticate(EMAIL, TYPED)]);
    expect(found.map((user) => user?.id)).toEqual([id, id]);
    expect(await signIn(TYPED)).toBe(true);
  });

  it('takes as long to refuse as one of ours, and as an email that nobody has', async () => {
    const users = service.application.get(Users);
    await service.addMember('heidi@example.com', []);
    const emails = [EMAIL, 'heidi@example.com', 'nobody@example.com'];
    const times = emails.map((): number[] => []);
    // In turn, so that what else the machine does concerns all of them.
    for (let run = 0; run < 7; run++)
      for (const [index, email] of emails.entries()) {
        const begun = performance.now();
        expect(await users.authenticate(email, 'another')).toBeNull();
        times[index]?.push(performance.now() - begun);
      }
    // What else the machine does makes it longer, and never shorter.
    const shortest = times.map((each) => Math.min(...each));
    expect(Math.max(...shortest)).toBeLessThan(Math.min(...shortest) * 2);
  });
});
