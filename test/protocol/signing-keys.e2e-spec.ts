import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SealedSigningKey } from '../../src/persistence/signing-key.store.js';
import { KeyVault } from '../../src/tokens/key-vault.js';
import { Secrets } from '../../src/tokens/secrets.js';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { dropSchema, newSchema } from '../support/postgres.js';
import { eventually } from '../support/eventually.js';

const DAY = 86_400;
const OVERLAP = 600;
const LIFETIME = 3_600;
/** Seconds the longest access token may live, whatever is configured: a key stays as long. */
const LONGEST = DAY;
const PERIOD = 4 * DAY;
/** Seconds by which clocks may differ. */
const TOLERANCE = 30;
const SIGNING = { rotateAfter: PERIOD, overlap: OVERLAP } as const;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const jwks = async (service: TestService) =>
  (await (await fetch(`${service.origin}/jwks`)).json()) as JSONWebKeySet;
const kids = async (service: TestService) => (await jwks(service)).keys.map(({ kid }) => kid);
const keyOf = (token: string) => decodeProtectedHeader(token).kid;

/** Verifies an access token as a resource elsewhere does: with the JWKS and jose alone. */
const verifyElsewhere = async (token: string, service: TestService, set?: JSONWebKeySet) =>
  jwtVerify(token, createLocalJWKSet(set ?? (await jwks(service))), {
    issuer: service.issuer,
    audience: service.resource,
    typ: 'at+jwt',
    currentDate: new Date(service.clock.now()),
  });

describe.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)('access tokens signed with %s', (algorithm) => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ signing: { algorithm } });
  });
  afterAll(() => service.close());

  it('are taken by this server, and by any other with the published keys (RFC 9068 §4)', async () => {
    const client = await new OAuthTestClient(service).register();
    const { access_token: token } = await client.tokens();
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: algorithm, typ: 'at+jwt' });
    expect((await client.call(token)).status).toBe(200);
    const { payload, protectedHeader } = await verifyElsewhere(token, service);
    expect([payload.sub, protectedHeader.alg]).toEqual(['alice', algorithm]);
  });

  it('come from one key of each algorithm in use, whose private half stays here (RFC 7517 §5)', async () => {
    const { keys } = await jwks(service);
    expect(new Set(keys.map(({ alg }) => alg))).toEqual(new Set(['ES256', 'RS256', algorithm]));
    expect(keys).toHaveLength(new Set(['ES256', 'RS256', algorithm]).size);
    for (const key of keys) for (const member of PRIVATE_MEMBERS) expect(key).not.toHaveProperty(member);
  });
});

describe.skipIf(!postgresUrl)('signing keys on two replicas', () => {
  let first: TestService;
  let second: TestService;
  let client: OAuthTestClient;

  beforeEach(async () => {
    first = await startService({ signing: SIGNING });
    second = await startService({ instanceOf: first, signing: SIGNING });
    client = await new OAuthTestClient(first).register();
  });
  afterEach(async () => {
    await second.close();
    await first.close();
  });

  const tend = () => Promise.all([first.tendKeys(), second.tendKeys()]);
  const issue = async (service: TestService) => {
    const { body } = await client.exchange(await client.code(), {}, service);
    return body.access_token;
  };
  const accepts = async (service: TestService, token: string) =>
    (await client.call(token, undefined, service)).status === 200;

  it('are the same when two first starts happen at once', async () => {
    const origin = { ...first, database: { url: postgresUrl ?? '', schema: newSchema() } };
    const start = () => startService({ instanceOf: origin, signing: { algorithm: 'EdDSA' } });
    const [a, b] = await Promise.all([start(), start()]);
    expect(await jwks(a)).toEqual(await jwks(b));
    expect(await kids(a)).toHaveLength(3);
    const stranger = await new OAuthTestClient(a).register();
    expect((await stranger.call((await stranger.tokens()).access_token, undefined, b)).status).toBe(200);
    await Promise.all([a.close(), b.close()]);
    await dropSchema(origin.database.schema);
  });

  it('are published before they sign, and stay until their last token has expired (OpenID Connect Core §10.1.1)', async () => {
    const [es, rs] = await kids(first);
    const before = await issue(first);
    expect(keyOf(before)).toBe(es);

    first.clock.advance(PERIOD - OVERLAP - 60);
    await tend();
    expect(await kids(second)).toEqual([es, rs]);
    first.clock.advance(60);
    await tend();
    const published = await jwks(first);
    expect(await jwks(second)).toEqual(published);
    expect(published.keys.map(({ alg }) => alg)).toEqual(['ES256', 'ES256', 'RS256', 'RS256']);
    const successor = published.keys[0]?.kid;
    expect(successor).not.toBe(es);

    first.clock.advance(OVERLAP - 5);
    const last = await issue(second);
    expect(keyOf(last)).toBe(es);
    first.clock.advance(10);
    for (const service of [first, second]) {
      const token = await issue(service);
      expect(keyOf(token)).toBe(successor);
      // Who read the keys before this one signed knows it already.
      await verifyElsewhere(token, service, published);
    }

    first.clock.advance(LIFETIME - 20);
    await tend();
    for (const service of [first, second]) expect(await accepts(service, last)).toBe(true);
    await verifyElsewhere(last, second);
    first.clock.advance(LONGEST - LIFETIME + 20 + TOLERANCE);
    await tend();
    for (const service of [first, second]) expect(await kids(service)).not.toContain(es);
    expect(await first.sql('SELECT "kid" FROM "signingKey" WHERE "kid" = $1', [es])).toEqual([]);
    expect(await kids(first)).toHaveLength(2);
  });

  it('get one successor when both replicas rotate at once', async () => {
    first.clock.advance(PERIOD - OVERLAP);
    await Promise.all([first, second, first, second].map((service) => service.tendKeys()));
    await tend();
    expect(await kids(first)).toHaveLength(4);
    expect(await jwks(first)).toEqual(await jwks(second));
    const rows = await first.sql('SELECT "alg", "generation" FROM "signingKey" ORDER BY "alg", "generation"');
    expect(rows).toEqual([
      { alg: 'ES256', generation: 1 },
      { alg: 'ES256', generation: 2 },
      { alg: 'RS256', generation: 1 },
      { alg: 'RS256', generation: 2 },
    ]);
  });

  it('rotate on demand: published now, used after the overlap, made once', async () => {
    const [es, rs] = await kids(first);
    const now = first.clock.now();
    const [rotated, again] = await Promise.all(
      [first, second].map((service) => service.signingKeys.rotate({ alg: 'ES256' })),
    );
    expect(again).toEqual(rotated);
    expect(await first.signingKeys.rotate({ alg: 'ES256' })).toEqual(rotated);
    const [successor] = rotated ?? [];
    expect(successor?.alg).toBe('ES256');
    const from = Number(successor?.activatesAt) - OVERLAP * 1000;
    expect(from).toBeGreaterThan(now - 2_000);
    expect(from).toBeLessThan(first.clock.now() + 2_000);
    expect(await kids(first)).toEqual([successor?.kid, es, rs]);
    const states = () => first.signingKeys.list().map(({ kid, state }) => [kid, state]);
    expect(states()).toEqual([
      [successor?.kid, 'next'],
      [es, 'signing'],
      [rs, 'signing'],
    ]);
    expect(keyOf(await issue(second))).toBe(es);
    first.clock.advance(OVERLAP + 2);
    expect(states()).toEqual([
      [successor?.kid, 'signing'],
      [es, 'leaving'],
      [rs, 'signing'],
    ]);
    expect(keyOf(await issue(second))).toBe(successor?.kid);
    await expect(first.signingKeys.rotate({ alg: 'PS256' })).rejects.toThrow('no signing key for PS256');
  });

  it('are replaced at once when they are compromised, and every replica refuses what they sign', async () => {
    const [es] = await kids(first);
    const issued = await issue(first);
    const forged = await forge(first, issued);
    for (const token of [issued, forged])
      for (const service of [first, second]) expect(await accepts(service, token)).toBe(true);
    await first.signingKeys.rotate({ alg: 'ES256' });

    const [replacement] = await first.signingKeys.rotate({ alg: 'ES256', compromised: true });
    // A replica that has not heard of the new key looks for it.
    const fresh = await issue(first);
    expect(keyOf(fresh)).toBe(replacement?.kid);
    expect(await accepts(second, fresh)).toBe(true);
    for (const token of [issued, forged]) {
      expect(await accepts(first, token)).toBe(false);
      await eventually(async () => !(await accepts(second, token)));
    }
    await eventually(async () => !(await kids(second)).includes(es));
    expect(keyOf(await issue(second))).toBe(replacement?.kid);
    for (const service of [first, second]) expect((await jwks(service)).keys).toHaveLength(2);
    expect(
      await first.sql(`SELECT count(*)::int AS count FROM "oauthRevocation" WHERE "kind" = 'key'`),
    ).toEqual([{ count: 2 }]);

    first.clock.advance(LIFETIME + TOLERANCE + 1);
    await Promise.all([first.prune(), second.prune()]);
    for (const service of [first, second]) expect(await accepts(service, forged)).toBe(false);
  });

  it('give way on a replica that only hears of the leak, which signs with the new key from then on', async () => {
    const [es, rs] = await kids(second);
    const [replacement] = await first.signingKeys.rotate({ alg: 'ES256', compromised: true });
    await eventually(async () => !(await kids(second)).includes(es));
    expect(await kids(second)).toEqual([replacement?.kid, rs]);
    expect(keyOf(await issue(second))).toBe(replacement?.kid);
  });

  it('leave one key of each algorithm when both replicas hear of a leak at once', async () => {
    await Promise.all([first, second].map((service) => service.signingKeys.rotate({ compromised: true })));
    await tend();
    expect(await jwks(first)).toEqual(await jwks(second));
    expect((await jwks(first)).keys.map(({ alg }) => alg)).toEqual(['ES256', 'RS256']);
    expect(await accepts(second, await issue(first))).toBe(true);
  });

  it('are not asked for more often by tokens that name keys at random', async () => {
    const token = await issue(first);
    const [, ...rest] = token.split('.');
    const nonsense = Array.from({ length: 100 }, () => {
      const header = { alg: 'ES256', kid: randomBytes(12).toString('base64url'), typ: 'at+jwt' };
      return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
    });
    const before = first.statements();
    const answers = await Promise.all(nonsense.map((each) => client.call(each, undefined, first)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(first.statements() - before).toBeLessThan(20);
    expect(await accepts(first, token)).toBe(true);
  });

  it('are made again for an algorithm that has lost them, as a database from an older backup has', async () => {
    await first.sql(`DELETE FROM "signingKey" WHERE "alg" = 'ES256'`);
    await tend();
    expect((await jwks(first)).keys.map(({ alg }) => alg)).toEqual(['ES256', 'RS256']);
    expect(await jwks(second)).toEqual(await jwks(first));
    expect(await accepts(second, await issue(first))).toBe(true);
  });

  it('of an algorithm that nobody uses any more end by themselves', async () => {
    const once = await startService({ instanceOf: first, signing: { ...SIGNING, algorithm: 'PS256' } });
    await once.close();
    await tend();
    expect((await jwks(first)).keys.map(({ alg }) => alg)).toEqual(['ES256', 'PS256', 'RS256']);
    for (const step of [PERIOD + OVERLAP + 5, LONGEST + TOLERANCE + 5]) {
      first.clock.advance(step);
      await tend();
    }
    await tend();
    expect(new Set((await jwks(first)).keys.map(({ alg }) => alg))).toEqual(new Set(['ES256', 'RS256']));
  });
});

/** A token that lives for ever and was issued in the future, signed with the stolen key of a real one. */
async function forge(service: TestService, issued: string): Promise<string> {
  const [row] = await service.sql<SealedSigningKey>('SELECT * FROM "signingKey" WHERE "kid" = $1', [
    keyOf(issued),
  ]);
  const stolen = row && new KeyVault(new Secrets([Buffer.from(service.secret, 'base64')])).open(row);
  if (!stolen) throw new Error('The key cannot be stolen.');
  const claims = JSON.parse(Buffer.from(issued.split('.')[1] ?? '', 'base64url').toString()) as object;
  return new SignJWT({ ...claims, jti: 'forged', grant_id: 'forged', iat_ms: 9e15, exp: 4_000_000_000 })
    .setProtectedHeader({ alg: 'ES256', kid: keyOf(issued), typ: 'at+jwt' })
    .sign(stolen.privateKey);
}
