import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl, startReplicas, startService, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { dropSchema, newSchema } from '../support/postgres.js';

const RACERS = 50;

describe.skipIf(!postgresUrl)('two instances on one PostgreSQL', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
  });
  afterAll(() => close());

  const race = <Result>(run: (service: TestService) => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: RACERS }, (_, index) => run(index % 2 === 0 ? first : second)));

  it('lets one of fifty redemptions of a code win, twenty times over (OAuth 2.1 §4.1.2)', async () => {
    const client = await new OAuthTestClient(first).register();
    for (let run = 0; run < 20; run++) {
      const code = await client.code();
      const answers = await race((service) => client.exchange(code, {}, service));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.error === 'invalid_grant')).toHaveLength(RACERS - 1);
    }
  });

  it('gives fifty refreshes of one token the same successor, which works', async () => {
    const client = await new OAuthTestClient(first).register();
    const { refresh_token: token } = await client.tokens();
    const answers = await race((service) => client.refresh(token, {}, service));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: RACERS }, () => 200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(RACERS);
    const successor = answers[0]?.body.refresh_token ?? '';
    expect((await client.refresh(successor, {}, second)).status).toBe(200);
  });

  it('kills the grant on both instances when a token is replayed after the window', async () => {
    const client = await new OAuthTestClient(first).register();
    const { refresh_token: token, access_token: access } = await client.tokens();
    const next = await client.refresh(token);
    expect((await client.call(access, undefined, second)).status).toBe(200);
    first.clock.advance(91);
    expect((await client.refresh(token, {}, first)).body.error).toBe('invalid_grant');
    for (const accessToken of [access, next.body.access_token]) {
      expect((await client.call(accessToken, undefined, first)).status).toBe(401);
      await eventually(async () => (await client.call(accessToken, undefined, second)).status === 401);
    }
    for (const service of [first, second])
      expect((await client.refresh(next.body.refresh_token, {}, service)).body.error).toBe('invalid_grant');
  });

  it('agrees on schema and signing keys when two instances start at once on an empty database', async () => {
    const origin = { ...first, database: { url: postgresUrl ?? '', schema: newSchema() } };
    const [a, b] = await Promise.all([
      startService({ instanceOf: origin }),
      startService({ instanceOf: origin }),
    ]);
    const jwks = async (service: TestService) => (await fetch(`${service.origin}/jwks`)).json();
    expect(await jwks(a)).toEqual(await jwks(b));
    await Promise.all([a.close(), b.close()]);
    await dropSchema(origin.database.schema);
  });
});
