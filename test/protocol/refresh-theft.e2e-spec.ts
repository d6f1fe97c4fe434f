import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl, startReplicas, startService, type TestService } from '../support/app.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const RACERS = 50;
const hash = (token: string) => createHash('sha256').update(token).digest('base64url');

describe('a refresh token that is used again', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService({ oidcConfig: { accessTokenExpiresIn: 60 } });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  const isEnded = async () => {
    const rows = await service.sql<{ ended: boolean }>(
      `SELECT g."revokedAt" IS NOT NULL AND EXISTS (SELECT 1 FROM "oauthRevocation" r WHERE r."kind" = 'grant'
        AND r."subject" = g."id"::text) AS ended FROM "oauthGrant" g WHERE g."clientId" = $1`,
      [client.credentials.client_id],
    );
    return rows[0]?.ended;
  };

  it('ends the grant as soon as its successor was used, inside the window too (RFC 9700 §4.14.2)', async () => {
    const { refresh_token: first } = await client.tokens();
    const second = await client.refresh(first);
    const third = await client.refresh(second.body.refresh_token);
    expect(third.status).toBe(200);
    const replay = await client.refresh(first);
    expect([replay.status, replay.body.error]).toEqual([400, 'invalid_grant']);
    expect(await isEnded()).toBe(true);
    expect((await client.refresh(third.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await client.call(third.body.access_token)).status).toBe(401);
  });

  it('answers racers for 90 seconds while nobody has used the successor', async () => {
    const { refresh_token: token } = await client.tokens();
    const next = await client.refresh(token);
    service.clock.advance(89);
    expect((await client.refresh(token)).body.refresh_token).toBe(next.body.refresh_token);
    service.clock.advance(2);
    expect((await client.refresh(token)).body.error).toBe('invalid_grant');
    expect(await isEnded()).toBe(true);
  });

  it.each(['scope', 'resource'])('ends the grant whatever %s it comes with', async (parameter) => {
    const { refresh_token: token } = await client.tokens();
    await client.refresh(token);
    service.clock.advance(91);
    const value = parameter === 'scope' ? 'notes:admin' : service.secondResource;
    expect((await client.refresh(token, { [parameter]: value })).body.error).toBe('invalid_grant');
    expect(await isEnded()).toBe(true);
  });

  it('is found by its hash alone once its access token is over, and ends the grant as ever', async () => {
    const { refresh_token: token } = await client.tokens();
    const next = await client.refresh(token);
    service.clock.advance(200);
    await service.prune();
    const kept = 'SELECT 1 FROM "oauthAccessToken" WHERE "refreshToken" = $1';
    expect(await service.sql(kept, [hash(token)])).toEqual([]);
    expect(await service.sql(kept, [hash(next.body.refresh_token)])).toHaveLength(1);
    expect(
      await service.sql('SELECT 1 FROM "oauthRotatedToken" WHERE "hash" = $1', [hash(token)]),
    ).toHaveLength(1);

    const stranger = await new OAuthTestClient(service).register();
    expect((await stranger.refresh(token)).body.error).toBe('invalid_grant');
    expect(await isEnded()).toBe(false);

    expect((await client.refresh(token)).body.error).toBe('invalid_grant');
    expect(await isEnded()).toBe(true);
    expect((await client.refresh(next.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('takes the grant back when it is revoked long after it was used (RFC 7009 §2.1)', async () => {
    const { refresh_token: token } = await client.tokens();
    await client.refresh(token);
    service.clock.advance(200);
    await service.prune();
    await fetch(client.at('/revoke'), {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: client.credentials.client_id }),
    });
    expect(await isEnded()).toBe(true);
  });

  it('never answers a successor that does not exist, when the sealed one is erased', async () => {
    const { refresh_token: token } = await client.tokens();
    await client.refresh(token);
    await service.sql('UPDATE "oauthAccessToken" SET "successorSealed" = NULL WHERE "refreshToken" = $1', [
      hash(token),
    ]);
    expect((await client.refresh(token)).body.error).toBe('invalid_grant');
    expect(await isEnded()).toBe(true);
  });

  it('is left to newer replicas when they sealed its successor in a form of their own', async () => {
    const { refresh_token: token } = await client.tokens();
    await client.refresh(token);
    await service.sql('UPDATE "oauthAccessToken" SET "successorFormat" = 2 WHERE "refreshToken" = $1', [
      hash(token),
    ]);
    const refused = await client.refresh(token);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await isEnded()).toBe(false);
  });

  it.each([
    'another-server.0123456789',
    'rt_' + randomBytes(40).toString('hex'),
    'eyJhbGciOiJub25lIn0.eyJqdGkiOiJ4In0.',
  ])('is found and revoked by its SHA-256, whatever it looks like: %s', async (foreign) => {
    const imported = async () => {
      client = await new OAuthTestClient(service).register();
      const { refresh_token: ours } = await client.tokens();
      await service.sql('DELETE FROM "oauthAccessToken" WHERE "refreshToken" = $1', [hash(foreign)]);
      await service.sql('UPDATE "oauthAccessToken" SET "refreshToken" = $1 WHERE "refreshToken" = $2', [
        hash(foreign),
        hash(ours),
      ]);
    };
    await imported();
    expect((await client.refresh(foreign)).status).toBe(200);
    await imported();
    await fetch(client.at('/revoke'), {
      method: 'POST',
      body: new URLSearchParams({ token: foreign, client_id: client.credentials.client_id }),
    });
    expect((await client.refresh(foreign)).body.error).toBe('invalid_grant');
  });
});

describe.skipIf(!postgresUrl)('a refresh token that fifty use again, on two instances', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
  });
  afterAll(() => close());

  const race = <Result>(run: (service: TestService, index: number) => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: RACERS }, (_, index) => run(index % 2 === 0 ? first : second, index)));

  it('ends the grant once, and every racer hears the same', async () => {
    const client = await new OAuthTestClient(first).register();
    const { refresh_token: token } = await client.tokens();
    const next = await client.refresh(token);
    await client.refresh(next.body.refresh_token, {}, second);
    const answers = await race((service) => client.refresh(token, {}, service));
    expect(answers.map(({ body }) => body.error)).toEqual(
      Array.from({ length: RACERS }, () => 'invalid_grant'),
    );
    const lines = await first.sql(
      `SELECT 1 FROM "oauthRevocation" r JOIN "oauthGrant" g ON r."subject" = g."id"::text WHERE g."clientId" = $1`,
      [client.credentials.client_id],
    );
    expect(lines).toHaveLength(1);
  });

  it('leaves one living chain, or none, when the successor is used while others still race', async () => {
    for (let run = 0; run < 5; run += 1) {
      const client = await new OAuthTestClient(first).register();
      const { refresh_token: token } = await client.tokens();
      const { refresh_token: successor } = (await client.refresh(token)).body;
      const answers = await race((service, index) =>
        client.refresh(index % 5 === 0 ? successor : token, {}, service),
      );
      for (const { status, body } of answers) {
        if (status !== 200) expect(body.error).toBe('invalid_grant');
        else
          expect(
            await first.sql('SELECT 1 FROM "oauthAccessToken" WHERE "refreshToken" = $1', [
              hash(body.refresh_token),
            ]),
          ).toHaveLength(1);
      }
      const heads = await first.sql(
        `SELECT 1 FROM "oauthAccessToken" t JOIN "oauthGrant" g ON g."id" = t."grantId"
         WHERE g."clientId" = $1 AND t."refreshToken" IS NOT NULL AND t."rotatedAt" IS NULL`,
        [client.credentials.client_id],
      );
      expect(heads).toHaveLength(1);
      expect((await client.refresh(token, {}, second)).body.error).toBe('invalid_grant');
    }
  });
});
