import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { HeldTransaction } from '../support/held-transaction.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

/** The lock of whoever takes back what a person allowed. */
const HOLD = `SELECT pg_advisory_xact_lock(hashtextextended('alice', 1))`;
const TAKE_AWAY = 'DELETE FROM "oauthConsent" WHERE "clientId" = $1';
const NARROW = `UPDATE "oauthConsent" SET "scopes" = '{}' WHERE "clientId" = $1`;
const TOUCH = 'SELECT 1 FROM "oauthConsent" WHERE "clientId" = $1 FOR UPDATE';

describe.skipIf(!postgresUrl)('consent that is remembered', () => {
  let service: TestService;
  let client: OAuthTestClient;
  let holder: HeldTransaction;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
    await client.code();
    holder = await HeldTransaction.begin(service);
  });
  afterEach(() => holder.end().catch(() => undefined));

  const run = (text: string) => holder.run(text, text.includes('$1') ? [client.credentials.client_id] : []);
  const silently = async () => redirectParameters(await client.authorize({ prompt: 'none' }));
  const grants = async () =>
    (await service.sql('SELECT 1 FROM "oauthGrant" WHERE "clientId" = $1', [client.credentials.client_id]))
      .length;

  it.each([
    ['is taken away', TAKE_AWAY],
    ['gets less', NARROW],
  ])('gives nothing to whoever waited while it %s', async (_, text) => {
    await run(HOLD);
    await run(text);
    const answer = silently();
    await holder.waiting(1);
    await holder.commit();
    expect((await answer).get('error')).toBe('consent_required');
    expect(await grants()).toBe(1);
  });

  it.each([
    ['is being taken away', TAKE_AWAY],
    ['is getting less', NARROW],
  ])('gives nothing, at once, while it %s by somebody who holds its row alone', async (_, text) => {
    await run(text);
    expect((await silently()).get('error')).toBe('consent_required');
    await run('ROLLBACK');
    expect((await silently()).get('code')).not.toBeNull();
    expect(await grants()).toBe(2);
  });

  it('goes on after somebody has held its row, and left it as it was', async () => {
    await run(TOUCH);
    await holder.commit();
    expect((await silently()).get('code')).not.toBeNull();
    expect((await silently()).get('code')).not.toBeNull();
  });

  it('is not written to by whoever rests on it', async () => {
    const holders = () =>
      service.sql(`SELECT "xmax"::text AS "xmax" FROM "oauthConsent" WHERE "clientId" = $1`, [
        client.credentials.client_id,
      ]);
    await client.code();
    expect(await holders()).toEqual([{ xmax: '0' }]);
  });
});
