import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { McpServiceAccounts, type ServiceAccountOptions } from '../../src/index.js';
import { RevocationView } from '../../src/verification/revocation-view.js';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { ec, publicJwk } from '../support/assertions.js';
import { eventually } from '../support/eventually.js';
import { Job } from '../support/service-account.js';

const DAY = 86_400;
/** Seconds by which what two processes take for the time of the database differs at most. */
const APART = 5;
const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

describe.skipIf(!postgresUrl)('the secret of a service account that changes', () => {
  let running: TestService;
  let warnings: string[];
  /** A token that somebody got with the secret before. */
  let token: string;

  beforeEach(async () => {
    warnings = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((message) => void warnings.push(String(message)));
    running = await start({ clientSecret: A });
    token = (await job(A).ask()).body.access_token;
    running.clock.advance(5);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await running.close();
  });

  const start = (proof: Partial<ServiceAccountOptions>, instanceOf?: TestService) =>
    startService({
      instanceOf,
      serviceAccounts: ({ resource }) => [
        { clientId: 'nightly', resources: [resource], scopes: ['notes:read'], ...proof },
      ],
      trustedIssuers: [{ issuer: 'https://ci.example', jwks: { keys: [publicJwk(ec())] } }],
      workloads: [{ issuer: 'https://ci.example', subject: 'nightly', serviceAccount: 'nightly' }],
    });
  /** Another process that starts with this; it may end at once, what it wrote stays. */
  const restart = async (proof: Partial<ServiceAccountOptions>) => {
    warnings = [];
    await (await start(proof, running)).close();
    return warnings;
  };
  const job = (secret: string, clientId = 'nightly') => new Job(running, clientId, secret);
  const working = (secrets: string[], clientId = 'nightly') =>
    eventually(async () => {
      const statuses = await Promise.all(
        [A, B, C].map(async (secret) => (await job(secret, clientId).ask()).status),
      );
      return [A, B, C].filter((_, place) => statuses[place] === 200).join() === secrets.join();
    });
  /** Once all that is written by now has been heard of: what nobody has heard in a day is over. */
  const heard = async () => {
    const view = running.application.get(RevocationView);
    const now = performance.now();
    await eventually(() => performance.now() - view.age * 1000 > now);
  };
  const tokenWorks = async (accessToken = token) => (await job(A).call(accessToken)).status === 200;
  const row = () =>
    running.sql(
      `SELECT "clientSecret", "previousSecret", "previousSecretExpiresAt", "updatedAt" FROM "oauthApplication"
      WHERE "clientId" = 'nightly'`,
    );

  it('goes on working for a day when a start brings another one, and so do its tokens (ADR 68)', async () => {
    const second = await start({ clientSecret: B }, running);
    expect(warnings).toEqual([expect.stringMatching(/^The service account nightly has another secret/)]);
    await working([A, B]);
    expect((await job(A).ask({}, { service: second })).status).toBe(200);
    expect([
      await tokenWorks(),
      (await second.sql('SELECT 1 FROM "oauthGrant" WHERE "revokedAt" IS NOT NULL')).length,
    ]).toEqual([true, 0]);
    await second.close();
    running.clock.advance(DAY - 60);
    await working([A, B]);
    running.clock.advance(60 + APART);
    await working([B]);
  });

  it.each([
    ['a start with the new one', B],
    ['a start with the one before', A],
  ])('has one overlap, whatever comes in it: %s', async (_, clientSecret) => {
    await restart({ clientSecret: B });
    const before = await row();
    running.clock.advance(DAY / 2);
    const said = await restart({ clientSecret });
    expect(await row()).toEqual(before);
    expect(said).toEqual(clientSecret === A ? [expect.stringContaining('another start has replaced')] : []);
    await working([A, B]);
    running.clock.advance(DAY / 2 + APART);
    await working([B]);
  });

  it.each<[string, Partial<ServiceAccountOptions>, string[]]>([
    ['a start with another secret and no overlap', { clientSecret: B, overlap: 0 }, [B]],
    ['a start with keys instead', { jwks: { keys: [publicJwk(ec())] } }, []],
    ['a start with other scopes', { clientSecret: A, scopes: ['notes:write'] }, [A]],
  ])('ends at once, where that is what was asked for, with its tokens: %s', async (_, proof, left) => {
    await restart(proof);
    await working(left);
    await eventually(async () => !(await tokenWorks()));
  });

  it('ends after its overlap when the options name none any more, and stays while an old start names it', async () => {
    expect(await restart({})).toEqual([expect.stringContaining('works until')]);
    await working([A]);
    const before = await row();
    await restart({ clientSecret: A });
    expect(await row()).toEqual(before);
    await heard();
    running.clock.advance(DAY + APART);
    await working([]);
    await restart({ clientSecret: B });
    await restart({});
    await working([B]);
  });

  it('changes once when many start at the same moment, and revokes nothing', async () => {
    const started = await Promise.all(Array.from({ length: 4 }, () => start({ clientSecret: B }, running)));
    await working([A, B]);
    for (const service of started) await service.close();
    expect(warnings.filter((warning) => warning.includes('another secret'))).toHaveLength(1);
    expect(await tokenWorks()).toBe(true);
  });

  it('ends at once with every one before it when an administrator enters another one', async () => {
    const accounts = running.application.get(McpServiceAccounts);
    const account = { clientId: 'own', resources: [running.resource], scopes: ['notes:read'] };
    await accounts.save({ ...account, clientSecret: A });
    const rotated = await running.clients.rotateSecret('own', { expiresIn: 60 });
    const issued = (await job(rotated ?? '', 'own').ask()).body.access_token;
    await working([A], 'own');
    running.clock.advance(5);
    await accounts.save({ ...account, clientSecret: C });
    await working([C], 'own');
    expect((await job(rotated ?? '', 'own').ask()).body.error).toBe('invalid_client');
    await eventually(async () => !(await tokenWorks(issued)));
    // What was said of the one before is not said of this one.
    running.clock.advance(60);
    await working([C], 'own');
    await accounts.save({ ...account, name: 'Another name' });
    await working([C], 'own');
  });
});
