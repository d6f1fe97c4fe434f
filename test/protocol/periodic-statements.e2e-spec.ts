import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpLogout } from '../../src/index.js';
import { BackchannelLogout } from '../../src/interaction/backchannel-logout.js';
import { ReplayStore } from '../../src/persistence/replay.store.js';
import { StatusListStore } from '../../src/persistence/status-list.store.js';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';

/** `PERIODIC_ROWS=300000` for what a large company has; the plans are the same. */
const ROWS = Number(process.env['PERIODIC_ROWS'] ?? 30_000);
const later = `now() + interval '30 days'`;

/** Many rows of which none is over, with the client and the grant that they are about. */
const FILL = [
  `INSERT INTO "oauthApplication" ("id", "clientId", "source", "redirectUrls", "grantTypes", "tokenEndpointAuthMethod",
      "type", "grantedAt", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), 'client-' || n, 'registered', '{}', '{}', 'none', 'web', now(), now(), now()
    FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthGrant" ("id", "clientId", "userId", "resource", "scopes", "refreshable", "authenticatedAt",
      "createdAt", "expiresAt", "redirectUri", "sid")
    SELECT gen_random_uuid(), 'client-' || n, 'user-' || n, 'r', '{}', true, now(), now(), ${later}, '', 'sid-' || n
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
  `INSERT INTO "oauthDeviceCode" ("hash", "userCodeHash", "clientId", "resource", "scopes", "createdAt", "expiresAt",
      "interval")
    SELECT md5(n::text), md5(n::text), '', '', '{}', now(), ${later}, 5 FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthLogout" ("sid", "userId", "clientId", "grantedAt", "expiresAt")
    SELECT 'sid-' || n, 'user-' || n, 'client-' || n, now(), ${later} FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthReplay" SELECT md5(n::text), ${later} FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO "oauthRevocation" ("kind", "subject", "expiresAt", "xid")
    SELECT 'client', n::text, ${later}, 1 FROM generate_series(1, ${ROWS}) n`,
  'ANALYZE',
];
const LARGE = FILL.flatMap((statement) => /INSERT INTO "(\w+)"/.exec(statement)?.[1] ?? []);

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
    // Beside the service, whose statements have ten seconds.
    const filler = new pg.Client({ connectionString: postgresUrl ?? '' });
    await filler.connect();
    for (const statement of [`SET search_path TO "${service.database.schema}"`, ...FILL])
      await filler.query(statement);
    await filler.end();
  }, 600_000);
  afterAll(() => service.close());

  /** What is sent to the database meanwhile. */
  const sentWhile = async (work: () => Promise<unknown>): Promise<Sent[]> => {
    const sent: Sent[] = [];
    recording = sent;
    await work();
    recording = null;
    return sent;
  };
  /** Which of the tables that hold many rows a statement reads from end to end. */
  const readWhole = async ({ text, values }: Sent) => {
    const plan = await service.sql<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    return plan
      .flatMap((line) => /Seq Scan on "?(\w+)/.exec(line['QUERY PLAN'])?.[1] ?? [])
      .filter((table) => LARGE.includes(table));
  };

  const work: [string, number, () => Promise<unknown>][] = [
    ['a round of housekeeping', 8, () => service.prune()],
    // A look at all rows, in pages, goes on where the last one ended.
    ['the next round', 8, () => service.prune()],
    ['a look at the signing keys', 1, () => service.tendKeys()],
    [
      'two looks at the revocation feed',
      2,
      async () => {
        await service.revocations.revokeUser('user-1');
        const heard = () => recording?.filter(({ text }) => text.includes('pg_current_snapshot')).length ?? 0;
        await eventually(() => heard() >= 2);
      },
    ],
    [
      'the end of a sign-in session',
      1,
      () => service.application.get(McpLogout).signedOut(['sid-1', 'sid-2']),
    ],
    [
      'a look for clients that are to hear of it',
      1,
      () => service.application.get(BackchannelLogout, { strict: false }).round(),
    ],
    [
      'a status list',
      1,
      () => service.application.get(StatusListStore, { strict: false }).read(1, new Date()),
    ],
    [
      'the use of an assertion',
      1,
      () => service.application.get(ReplayStore, { strict: false }).use('x', new Date()),
    ],
  ];

  it.each(work)('reads no large table from end to end in %s', async (_, least, run) => {
    const sent = (await sentWhile(run)).filter(({ text }) =>
      /^\s*(WITH|SELECT|INSERT|UPDATE|DELETE)/.test(text),
    );
    expect(sent.length).toBeGreaterThanOrEqual(least);
    for (const each of sent) expect(await readWhole(each), each.text).toEqual([]);
  });
});
