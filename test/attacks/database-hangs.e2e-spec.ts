import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';
import { type DatabaseProxy, proxyTo } from '../support/proxy.js';

/** Milliseconds in which whoever waits must be told. */
const ANSWERED = 15_000;
/** Milliseconds that whoever waits for a lock waits: somebody who was told sooner did not. */
const LOCKED = 5_000;

describe.skipIf(!postgresUrl)('a database that hangs', () => {
  let proxy: DatabaseProxy;
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    proxy = await proxyTo(postgresUrl ?? '');
    service = await startService({ databaseUrl: proxy.url });
    client = await new OAuthTestClient(service).register();
  });
  afterEach(() => proxy.restore());
  afterAll(async () => {
    await service.close();
    proxy.close();
  });

  const timed = async <T>(work: Promise<T>) => {
    const started = performance.now();
    return { answer: await work, took: performance.now() - started };
  };
  const isReady = () =>
    eventually(async () => service.revocations.isCurrent() && (await register()).status === 201);
  const register = () =>
    fetch(`${service.origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['https://client.example/'],
        token_endpoint_auth_method: 'none',
      }),
    });

  it.each<[string, () => void]>([
    ['its connections stop, and new ones work', () => proxy.stall()],
    ['its connections stop, and new ones too', () => proxy.hang()],
  ])(
    'answers 503 within 15 s when %s, and goes on with fresh connections (RFC 9110 §15.6.4)',
    async (_, hang) => {
      const { refresh_token: token } = await client.tokens();
      hang();
      const { answer, took } = await timed(client.refresh(token));
      expect(took).toBeLessThan(ANSWERED);
      if (answer.status !== 200) {
        expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable']);
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      const again = await timed(register());
      expect(again.took).toBeLessThan(ANSWERED);
      proxy.restore();
      await isReady();
      expect((await client.refresh(token)).status).toBe(200);
    },
  );

  it('answers as ever when every message takes its time', async () => {
    const { refresh_token: token } = await client.tokens();
    proxy.delay(300);
    expect((await client.refresh(token)).status).toBe(200);
  });

  const locked = async (statement: string, work: () => Promise<void>) => {
    const other = new pg.Client({ connectionString: postgresUrl ?? '' });
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query(`SET LOCAL search_path TO "${service.database.schema}"`);
      await other.query(statement);
      await work();
    } finally {
      await other.query('ROLLBACK');
      await other.end();
    }
  };

  it('lets ten refreshes of a locked token hold up nobody else, and tells them within 15 s', async () => {
    const stuck = await client.tokens();
    const other = await new OAuthTestClient(service).register();
    const free = await other.tokens({}, service.accounts.bob);
    await locked(`SELECT 1 FROM "oauthAccessToken" FOR UPDATE`, async () => {
      const before = await service.snapshot();
      const waiting = Promise.all(
        Array.from({ length: 10 }, () => timed(client.refresh(stuck.refresh_token))),
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      const registered = await timed(register());
      expect([registered.answer.status, registered.took < LOCKED]).toEqual([201, true]);
      expect((await client.call(stuck.access_token)).status).toBe(200);
      for (const { answer, took } of await waiting) {
        expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable']);
        expect(answer.headers.get('retry-after')).toBe('1');
        expect(took).toBeLessThan(ANSWERED);
      }
      const after = await service.snapshot();
      expect(after['oauthAccessToken']).toBe(before['oauthAccessToken']);
    });
    expect((await client.refresh(stuck.refresh_token)).status).toBe(200);
    expect((await other.refresh(free.refresh_token)).status).toBe(200);
  });

  it('lets refreshes of ten tokens that all wait for something hold up nobody else', async () => {
    const stuck: string[] = [];
    for (let grant = 0; grant < 10; grant++) stuck.push((await client.tokens()).refresh_token);
    await locked(`SELECT 1 FROM "oauthAccessToken" FOR UPDATE`, async () => {
      const waiting = Promise.all(stuck.map((token) => timed(client.refresh(token))));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const registered = await timed(register());
      expect([registered.answer.status, registered.took < LOCKED]).toEqual([201, true]);
      for (const { answer, took } of await waiting)
        expect([answer.status, answer.body.error, took < ANSWERED]).toEqual([
          503,
          'temporarily_unavailable',
          true,
        ]);
    });
    for (const token of stuck) expect((await client.refresh(token)).status).toBe(200);
  });

  it('lets nobody wait whose grants somebody is ending, perhaps with a hundred thousand others', async () => {
    const { refresh_token: token } = await client.tokens();
    // Not used today, so that a refresh writes it into the grant.
    await service.sql(`UPDATE "oauthGrant" SET "lastUsedAt" = "lastUsedAt" - interval '2 days'`);
    await locked(`SELECT 1 FROM "oauthGrant", "oauthConsent" FOR NO KEY UPDATE`, async () => {
      const refreshed = await timed(client.refresh(token));
      expect([refreshed.answer.status, refreshed.took < LOCKED]).toEqual([200, true]);
      const silent = await timed(client.authorize({ prompt: 'none' }));
      expect(redirectParameters(silent.answer).get('error')).toBe('consent_required');
      expect(silent.took).toBeLessThan(LOCKED);
    });
    expect(redirectParameters(await client.authorize({ prompt: 'none' })).has('code')).toBe(true);
  });

  it('gives a code back that a lock kept from being redeemed', async () => {
    const code = await client.code();
    await locked(`SELECT 1 FROM "oauthAuthorizationCode" FOR UPDATE`, async () => {
      const { answer, took } = await timed(client.exchange(code));
      expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable']);
      expect(took).toBeLessThan(ANSWERED);
    });
    expect((await client.exchange(code)).status).toBe(200);
  });

  it('tells the server how long it may wait, and no more than that', async () => {
    const [row] = await service.sql<Record<string, string>>(
      `SELECT current_setting('lock_timeout') AS "lock", current_setting('statement_timeout') AS "statement",
        current_setting('idle_in_transaction_session_timeout') AS "idle"`,
    );
    expect(row).toEqual({ lock: '5s', statement: '9s', idle: '15s' });
  });

  it('asks nothing more for a token because of that', async () => {
    const spent: number[] = [];
    let { refresh_token: token } = await client.tokens();
    for (let round = 0; round < 10; round++) {
      const before = service.statements();
      token = (await client.refresh(token)).body.refresh_token;
      spent.push(service.statements() - before);
    }
    expect(Math.min(...spent)).toBe(1);
  });

  it('does not touch the grant of an unknown token while another is locked', async () => {
    await locked(`SELECT 1 FROM "oauthGrant" FOR UPDATE`, async () => {
      const { answer, took } = await timed(client.refresh(randomUUID()));
      expect([answer.status, answer.body.error, took < LOCKED]).toEqual([400, 'invalid_grant', true]);
    });
  });
});
