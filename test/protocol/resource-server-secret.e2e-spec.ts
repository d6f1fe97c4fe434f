import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { INTROSPECTION, postgresUrl, startService, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const DAY = 86_400;
/** Seconds by which what two processes take for the time of the database differs at most. */
const APART = 5;
const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

describe.skipIf(!postgresUrl)('the secret of a resource server that a start changes', () => {
  let running: TestService;
  let warnings: string[];

  beforeEach(async () => {
    warnings = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((message) => void warnings.push(String(message)));
    running = await start(A);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await running.close();
  });

  /** Another process that starts with this secret; it may end at once, what it wrote stays. */
  const restart = async (clientSecret: string, overlap?: number) => {
    warnings = [];
    await (await start(clientSecret, running, overlap)).close();
    return warnings;
  };
  const start = (clientSecret: string, instanceOf?: TestService, overlap?: number) =>
    startService({ instanceOf, introspection: { ...INTROSPECTION, clientSecret, overlap } });
  const works = async (secret: string, { origin } = running) => {
    const { status } = await fetch(`${origin}/introspect`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${INTROSPECTION.clientId}:${secret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ token: 'x' }),
    });
    return status === 200;
  };
  const working = (...secrets: string[]) =>
    eventually(async () => {
      const found = await Promise.all([A, B, C].map(async (secret) => ((await works(secret)) ? secret : '')));
      return found.filter(Boolean).join() === secrets.join();
    });
  const row = () =>
    running.sql(
      `SELECT "clientSecret", "previousSecret", "previousSecretExpiresAt", "updatedAt" FROM "oauthApplication"
      WHERE "clientId" = $1`,
      [INTROSPECTION.clientId],
    );

  it('goes on working for a day beside the new one, on every replica (ADR 68)', async () => {
    const second = await start(B, running);
    const [stored] = await running.sql<{ until: Date }>(
      'SELECT "previousSecretExpiresAt" AS "until" FROM "oauthApplication"',
    );
    expect(warnings).toEqual([expect.stringContaining(`works until ${stored?.until.toISOString()}`)]);
    await working(A, B);
    expect([await works(A, second), await works(B, second)]).toEqual([true, true]);
    await second.close();
    running.clock.advance(DAY - 60);
    await working(A, B);
    running.clock.advance(60 + APART);
    await working(B);
  });

  it.each([
    ['a start with the new one', B],
    ['a start with the one before', A],
  ])('has one overlap, whatever comes in it: %s', async (_, secret) => {
    await restart(B);
    const before = await row();
    running.clock.advance(DAY / 2);
    const said = await restart(secret);
    expect(await row()).toEqual(before);
    expect(said).toEqual(secret === A ? [expect.stringContaining('another start has replaced')] : []);
    await working(A, B);
    running.clock.advance(DAY / 2 + APART);
    await working(B);
  });

  it('comes back by a start after its overlap, and takes the other one nothing for a day', async () => {
    await restart(B);
    running.clock.advance(DAY + APART);
    await working(B);
    expect(await restart(A)).toEqual([expect.stringContaining('another secret')]);
    await working(A, B);
    expect(await restart(B)).toEqual([expect.stringContaining('another start has replaced')]);
    running.clock.advance(DAY + APART);
    await working(A);
  });

  it('ends at once where the options say so, and so does the one before the last', async () => {
    await restart(B);
    await working(A, B);
    await restart(C);
    await working(B, C);
    await restart(A, 0);
    await working(A);
  });

  it('changes once when many start at the same moment', async () => {
    const started = await Promise.all(Array.from({ length: 4 }, () => start(B, running)));
    await working(A, B);
    for (const service of started) await service.close();
    expect(await running.sql(`SELECT 1 FROM "oauthRevocation" WHERE "kind" = 'client'`)).toHaveLength(2);
    expect(warnings.filter((warning) => warning.includes('another secret'))).toHaveLength(1);
  });

  it('stays with a server that somebody disabled', async () => {
    await running.clients.disable(INTROSPECTION.clientId);
    await restart(B);
    await working();
    await running.clients.enable(INTROSPECTION.clientId);
    await working(A, B);
  });
});
