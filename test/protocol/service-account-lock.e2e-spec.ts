import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpServiceAccounts } from '../../src/index.js';
import { postgresUrl, startReplicas, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { ForeignIssuer, JWT_BEARER } from '../support/foreign-issuer.js';
import { HeldTransaction } from '../support/held-transaction.js';
import { OAuthTestClient, type TokenAnswer } from '../support/oauth-client.js';
import { Job, JOB_SECRET } from '../support/service-account.js';

describe.skipIf(!postgresUrl)(
  'a service account that ends while it gets its first token, on two instances',
  () => {
    let platform: ForeignIssuer;
    let first: TestService;
    let second: TestService;
    let close: () => Promise<void>;
    let clientId: string;
    let number = 0;
    let holders: HeldTransaction[] = [];
    const ids = Array.from({ length: 40 }, (_, place) => `job-${place}`);

    beforeAll(async () => {
      platform = await ForeignIssuer.start();
      ({ first, second, close } = await startReplicas({
        serviceAccounts: () => [],
        trustedIssuers: [{ issuer: platform.issuer }],
        workloads: ids.map((id) => ({ issuer: platform.issuer, subject: id, serviceAccount: id })),
      }));
    });
    afterAll(async () => {
      await close();
      await platform.close();
    });
    beforeEach(async () => {
      clientId = ids[(number += 1)] ?? '';
      await second.application.get(McpServiceAccounts).save(account());
      first.clock.advance(31);
    });

    afterEach(async () => {
      await Promise.all(holders.map((holder) => holder.end()));
      holders = [];
    });

    const account = () => ({
      clientId,
      resources: [first.resource],
      scopes: ['notes:read'],
      clientSecret: JOB_SECRET,
    });
    const makers: [string, () => Promise<TokenAnswer>][] = [
      ['client credentials (OAuth 2.1 §4.2)', () => new Job(first, clientId, JOB_SECRET).ask()],
      [
        'an assertion of its platform (RFC 7523 §2.1)',
        async () =>
          new OAuthTestClient(first).token({
            grant_type: JWT_BEARER,
            assertion: await platform.sign(first.clock, { claims: { sub: clientId, aud: first.issuer } }),
            resource: first.resource,
          }),
      ],
    ];
    const endings: [string, () => Promise<unknown>][] = [
      ['is revoked', () => second.revocations.revokeClient(clientId)],
      ['is disabled', () => second.clients.disable(clientId)],
      [
        'loses everything until now',
        () => second.revocations.revokeBefore(new Date(second.clock.now() - 100)),
      ],
      [
        'gets another secret',
        () => second.application.get(McpServiceAccounts).save({ ...account(), clientSecret: 'x'.repeat(40) }),
      ],
      [
        'gets other ceilings',
        () => second.application.get(McpServiceAccounts).save({ ...account(), scopes: ['notes:write'] }),
      ],
    ];

    const transaction = async () => {
      const holder = await HeldTransaction.begin(first);
      holders.push(holder);
      return holder;
    };
    const grants = () =>
      first.sql<{ id: string; revoked: boolean }>(
        'SELECT "id", "revokedAt" IS NOT NULL AS "revoked" FROM "oauthGrant" WHERE "clientId" = $1',
        [clientId],
      );

    it.each(makers.flatMap(([maker, make]) => endings.map(([what, end]) => ({ maker, make, what, end }))))(
      'ends what it gets by $maker in the moment in which it $what',
      async ({ make, end }) => {
        // Whoever takes the row of a client keeps every grant to it from being committed.
        const holder = await transaction();
        await holder.run('SELECT 1 FROM "oauthApplication" WHERE "clientId" = $1 FOR UPDATE', [clientId]);
        const granting = make();
        await holder.waiting(1);
        first.clock.advance(1);
        const ending = end();
        await Promise.race([ending, holder.waiting(2)]);
        await holder.commit();
        const { status, body } = await granting;
        await ending;
        expect(status).toBe(200);
        const made = await grants();
        expect(made.map(({ revoked }) => revoked)).toEqual([true]);
        expect(
          await first.sql(
            `SELECT DISTINCT "subject" FROM "oauthRevocation" WHERE "kind" = 'grant' AND "subject" = $1`,
            [made[0]?.id],
          ),
        ).toHaveLength(1);
        for (const service of [first, second])
          await eventually(
            async () =>
              (await new OAuthTestClient(first).call(body.access_token, undefined, service)).status === 401,
          );
      },
    );

    const changes: [string, string, string[]][] = [
      ['was disabled', '"disabled" = true', ['invalid_client', 'invalid_grant']],
      ['lost its scopes', `"scopeCeiling" = '{}'`, ['invalid_scope', 'invalid_scope']],
    ];
    it.each(
      makers.flatMap(([maker, make], place) =>
        changes.map(([what, change, errors]) => ({ maker, make, what, change, error: errors[place] })),
      ),
    )('makes no grant by $maker when it $what before the lock was there', async ({ make, change, error }) => {
      const holder = await transaction();
      await holder.run('SELECT pg_advisory_xact_lock(hashtextextended($1::text, 2))', [clientId]);
      const granting = make();
      await holder.waiting(1);
      await holder.run(`UPDATE "oauthApplication" SET ${change} WHERE "clientId" = $1`, [clientId]);
      const before = await first.snapshot();
      await holder.commit();
      expect((await granting).body.error).toBe(error);
      expect(await grants()).toEqual([]);
      expect(await first.snapshot()).toEqual(before);
    });
  },
);
