import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';

const ROWS = 30_000;
const later = `now() + interval '30 days'`;

/** Many rows of which none is over, with the client and the grant that they are about. */
const FILL = [
  `INSERT INTO "oauthApplication" ("id", "clientId", "source", "redirectUrls", "grantTypes", "tokenEndpointAuthMethod",
      "type", "grantedAt", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), 'client-' || n, 'registered', '{}', '{}', 'none', 'web', now(), now(), now()
    FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthGrant" ("id", "clientId", "userId", "resource", "scopes", "refreshable", "authenticatedAt",
      "createdAt", "expiresAt", "redirectUri")
    SELECT gen_random_uuid(), 'client-' || n, 'user-' || n, 'r', '{}', true, now(), now(), ${later}, ''
    FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthAuthorizationCode" ("hash", "grantId", "codeChallenge", "expiresAt", "consumedAt")
    SELECT md5("id"::text), "id", '', ${later}, now() FROM "oauthGrant"`,
  `INSERT INTO "oauthAccessToken" ("id", "accessToken", "refreshToken", "accessTokenExpiresAt", "refreshTokenExpiresAt",
      "clientId", "createdAt", "updatedAt", "grantId")
    SELECT gen_random_uuid(), md5("id"::text), md5("id"::text), now(), ${later}, "clientId", now(), now(), "id"
    FROM "oauthGrant"`,
  `INSERT INTO "oauthRotatedToken" SELECT md5('r' || "id"), "id" FROM "oauthGrant"`,
  `INSERT INTO "oauthInteraction" ("id", "browserHash", "request", "createdAt", "expiresAt")
    SELECT gen_random_uuid(), md5(n::text), '{}', now(), ${later} FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthInteractionAnswer" ("interactionId", "formHash", "sealedRedirect", "expiresAt")
    SELECT gen_random_uuid(), '', '', ${later} FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthPushedRequest" ("hash", "clientId", "parameters", "expiresAt")
    SELECT md5(n::text), '', '{}', ${later} FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthDeviceCode" ("hash", "userCodeHash", "clientId", "resource", "scopes", "createdAt", "expiresAt",
      "interval")
    SELECT md5(n::text), md5(n::text), '', '', '{}', now(), ${later}, 5 FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthReplay" SELECT md5(n::text), ${later} FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthRevocation" ("kind", "subject", "expiresAt", "xid")
    SELECT 'client', n::text, ${later}, 1 FROM generate_series(1, ${ROWS}) n`,
  'ANALYZE',
];

interface Sent {
  text: string;
  values: unknown[];
}

let recording: Sent[] | null = null;
const query = Reflect.get(pg.Client.prototype, 'query');
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  const [config] = args;
  if (typeof config === 'object' && config !== null && 'text' in config) recording?.push(config as Sent);
  return Reflect.apply(query, this, args) as unknown;
} as typeof query;

describe.skipIf(!postgresUrl)('the background, among many rows', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
    for (const statement of FILL) await service.sql(statement);
  }, 120_000);
  afterAll(() => service.close());

  /** What is sent to the database meanwhile. */
  const sentWhile = async (work: () => Promise<unknown>): Promise<Sent[]> => {
    const sent: Sent[] = [];
    recording = sent;
    await work();
    recording = null;
    return sent;
  };

  it('reads no table from end to end', async () => {
    const sent = await sentWhile(() => service.prune());
    expect(sent.length).toBeGreaterThan(6);
    for (const { text, values } of sent) {
      const plan = await service.sql<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      const lines = plan.map((line) => line['QUERY PLAN']).join('\n');
      expect(lines, text).not.toContain('Seq Scan');
    }
  });
});
