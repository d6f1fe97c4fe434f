import { Injectable } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthorizationPolicy, type PolicyDecision, type PolicyQuestion } from '../../src/index.js';
import { postgresUrl, startReplicas, type TestService } from '../support/app.js';
import type { BrowserResponse } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { HeldTransaction } from '../support/held-transaction.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';
import { ManagedRegistration, METADATA } from '../support/registration.js';

describe.skipIf(!postgresUrl)(
  'a client that becomes another while somebody agrees to it (RFC 7592 §5)',
  () => {
    let first: TestService;
    let close: () => Promise<void>;
    let client: OAuthTestClient;
    let holder: HeldTransaction;
    let trusted = false;
    /** Names of the clients that the policy was asked about. */
    const asked: (string | null)[] = [];

    beforeAll(async () => {
      @Injectable()
      class Trusting extends AuthorizationPolicy {
        override async decide({ scopes, client: { name } }: PolicyQuestion): Promise<PolicyDecision> {
          asked.push(name);
          return { outcome: 'allowed', scopes, reason: 'Ours.', trusted };
        }
      }
      ({ first, close } = await startReplicas({ policy: Trusting, registrationManagement: true }));
    });
    afterAll(() => close());
    beforeEach(async () => {
      trusted = false;
      client = await new OAuthTestClient(first).register();
      holder = await HeldTransaction.begin(first);
    });
    afterEach(() => holder.end().catch(() => undefined));

    /** How a grant comes to be: what has to be done before, and the last step. */
    const ways: [string, () => Promise<() => Promise<BrowserResponse>>][] = [
      [
        'on a page',
        async () => {
          const page = await client.toConsent();
          return () => client.approve(page);
        },
      ],
      [
        'by what is remembered',
        async () => {
          await client.code();
          return () => client.authorize({ prompt: 'none' });
        },
      ],
    ];
    const changes: [string, string][] = [
      ['is renamed', `UPDATE "oauthApplication" SET "name" = 'Another' WHERE "clientId" = $1`],
      [
        'is sent back elsewhere, too',
        `UPDATE "oauthApplication" SET "redirectUrls" = "redirectUrls" || '{https://other.example/}' WHERE "clientId" = $1`,
      ],
      [
        'gets keys',
        `UPDATE "oauthApplication" SET "jwksUri" = 'https://client.example/jwks' WHERE "clientId" = $1`,
      ],
      ['is disabled', 'UPDATE "oauthApplication" SET "disabled" = true WHERE "clientId" = $1'],
      ['is deleted', 'DELETE FROM "oauthApplication" WHERE "clientId" = $1'],
    ];
    const holds: [string, string[]][] = [
      ['with its lock', ['SELECT pg_advisory_xact_lock(hashtextextended($1::text, 2))']],
      ['with nothing but its row', []],
      // Such a change has a number of those who hold a row together, though one holds it.
      [
        'in a part of a transaction that had its row before',
        [
          'SELECT pg_advisory_xact_lock(hashtextextended($1::text, 2))',
          'SELECT 1 FROM "oauthApplication" WHERE "clientId" = $1 FOR UPDATE',
          'SAVEPOINT part',
        ],
      ],
    ];

    it.each(
      ways.flatMap(([way, begin]) =>
        changes.flatMap(([change, text]) =>
          holds.map(([hold, locks]) => ({ way, begin, change, text, hold, locks })),
        ),
      ),
    )('is given nothing $way when it $change $hold', async ({ begin, text, locks }) => {
      const end = await begin();
      const id = [client.credentials.client_id];
      // What rested on the registration before goes with an update.
      const ended = 'DELETE FROM "oauthConsent" WHERE "clientId" = $1';
      for (const statement of [...locks, text, ended])
        await holder.run(statement, statement.includes('$1') ? id : []);
      const before = await grants();
      const ending = end();
      await holder.waiting(1);
      await holder.commit();
      expect(redirectParameters(await ending).get('code')).toBeNull();
      // A deleted row takes its own with it.
      expect(before).toEqual(expect.arrayContaining(await grants()));
    });

    it.each(changes)('is judged anew where it is trusted and %s', async (change, text) => {
      await client.toConsent();
      trusted = true;
      await holder.run(text, [client.credentials.client_id]);
      asked.length = 0;
      const ending = client.authorize({ prompt: 'none' });
      await holder.waiting(1);
      await holder.commit();
      const answer = await ending;
      const isGone = ['is disabled', 'is deleted'].includes(change);
      expect(redirectParameters(answer).has('code')).toBe(!isGone);
      if (change === 'is renamed') expect(asked).toEqual([METADATA.client_name, 'Another']);
    });

    it('is given what is agreed to while something else of it changes', async () => {
      const page = await client.toConsent();
      const id = [client.credentials.client_id];
      await holder.run(
        `UPDATE "oauthApplication" SET "metadata" = '{"tos_uri":"https://x/"}' WHERE "clientId" = $1`,
        id,
      );
      const ending = client.approve(page);
      await holder.waiting(1);
      await holder.commit();
      expect(redirectParameters(await ending).get('code')).not.toBeNull();
    });

    it('is given its first grants by ten people at once, none of whom waits for another for long', async () => {
      const browsers = await Promise.all(
        Array.from({ length: 10 }, async (_, number) => {
          const other = new OAuthTestClient(first);
          other.credentials = client.credentials;
          return { other, page: await other.toConsent({}, number % 2 ? 'alice' : 'bob') };
        }),
      );
      const answers = await Promise.all(browsers.map(({ other, page }) => other.approve(page)));
      expect(answers.map((answer) => typeof redirectParameters(answer).get('code'))).toEqual(
        Array.from({ length: 10 }, () => 'string'),
      );
    });

    it('has a row that those who agree to it do not write to, once somebody has, not even where it was held before', async () => {
      await client.code();
      const id = [client.credentials.client_id];
      const row = () =>
        first.sql(
          'SELECT "ctid"::text AS "place", "xmax"::text AS "holder" FROM "oauthApplication" WHERE "clientId" = $1',
          id,
        );
      // Whoever else has begun something on this server before it was held has to come to an end.
      const staysAsItIs = () =>
        eventually(async () => {
          const before = JSON.stringify(await row());
          await client.code();
          return JSON.stringify(await row()) === before;
        });
      await staysAsItIs();
      await holder.run('SELECT 1 FROM "oauthApplication" WHERE "clientId" = $1 FOR UPDATE', id);
      await holder.commit();
      await staysAsItIs();
    });

    it('is asked about again when it has become another since its page was shown', async () => {
      const managed = await ManagedRegistration.of(first);
      ({ client } = managed);
      const page = await client.toConsent();
      expect((await managed.put({ ...METADATA, client_uri: 'https://other.example/' })).status).toBe(200);
      const answer = await client.approve(page);
      expect([answer.status, await grants()]).toEqual([200, []]);
      expect(answer.body).toContain('wants to connect');
    });

    /** Ids of its grants, and whether it is remembered. */
    const grants = () =>
      first.sql(
        `SELECT "id"::text FROM "oauthGrant" WHERE "clientId" = $1
       UNION ALL SELECT "id"::text || "updatedAt" FROM "oauthConsent" WHERE "clientId" = $1 ORDER BY 1`,
        [client.credentials.client_id],
      );
  },
);
