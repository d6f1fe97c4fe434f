// A company's database, to measure the console with: people, clients, grants with their tokens and consent, and an audit
// of 400 days. SCALE=1 makes 100,000 people, 10,000 clients, 1,000,000 grants and 5,000,000 events in some minutes.
//   npm run build && DATABASE_URL=postgres://… MCP_AUTH_SECRET=… SCALE=1 node bench/console-data.mjs
// The database must be an empty one. The events have a place in a chain that is made up: `audit verify` refuses it.
import { execFileSync } from 'node:child_process';
import pg from 'pg';

const SCALE = Number(process.env.SCALE ?? 1);
const PEOPLE = Math.round(100_000 * SCALE);
const CLIENTS = Math.round(10_000 * SCALE);
const GRANTS = Math.round(1_000_000 * SCALE);
const EVENTS = Math.round(5_000_000 * SCALE);
/** Grants of the client that is used most; four in five of them live. */
const GRANTS_OF_FIRST = Math.round(127_000 * SCALE);
const SERVERS = 30;

/** Whole numbers from 1 to `most`, the small ones far more often. */
const few = (most) => `least(${most}, floor(power(${most} + 1, random())))::integer`;
const words = (...all) => `(ARRAY[${all.map((word) => `'${word}'`).join(', ')}])`;
const FIRST = words(
  'Ana',
  'Björn',
  'Chen',
  'Dana',
  'Emre',
  'Fatima',
  'Goran',
  'Hanna',
  'Ines',
  'Jamal',
  'Katrin',
);
const LAST = words(
  'Andersson',
  'Bauer',
  'Costa',
  'Dubois',
  'Eriksen',
  'Farah',
  'García',
  'Hoffmann',
  'Ivanova',
);
const PRODUCTS = words('Claude', 'Cursor', 'VS Code', 'Inspector', 'Assistant', 'Reports', 'Planner', 'Chat');
/** The same again and again, in the form of a random one. */
const id = (kind, number) =>
  `overlay(overlay(md5('${kind}' || ${number}) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid`;
const server = (number) => `'https://server' || ${number} || '.example.com/mcp'`;
const SCOPES = `ARRAY['files:read', 'files:write', 'admin:all']`;

const STEPS = {
  people: `
    INSERT INTO "user" ("id", "subject", "name", "email", "emailVerified", "createdAt", "updatedAt", "role", "disabledAt",
      "lastSignInAt", "groups")
    SELECT ${id('person', 'n')}, ${id('person', 'n')}::text, ${FIRST}[1 + n % 11] || ' ' || ${LAST}[1 + n / 11 % 9],
      lower(translate(${FIRST}[1 + n % 11], 'ö', 'o')) || n || '@example.com', true,
      now() - random() * interval '1200 days', now(), CASE WHEN n % 5000 = 0 THEN 'auditor' ELSE 'member' END,
      CASE WHEN n % 30 = 0 THEN now() - random() * interval '300 days' END,
      CASE WHEN n % 8 > 0 THEN now() - power(random(), 3) * interval '400 days' END,
      CASE WHEN n % 5 = 0 THEN ARRAY['team-' || n % 300] ELSE '{}' END
    FROM generate_series(1, ${PEOPLE}) n`,
  identities: `
    INSERT INTO "identity" ("id", "userId", "issuer", "sub", "groups", "groupsReadAt", "provesAddress", "isSource", "createdAt")
    SELECT ${id('identity', 'n')}, ${id('person', 'n')}, 'https://sso.example.com', 'sub-' || n,
      ARRAY['everybody', 'team-' || n % 300, 'site-' || n % 12], now(), true, true, now()
    FROM generate_series(1, ${PEOPLE}) n WHERE n % 5 > 0`,
  passwords: `
    INSERT INTO "account" ("id", "accountId", "providerId", "userId", "password")
    SELECT ${id('account', 'n')}, ${id('person', 'n')}, 'credential', ${id('person', 'n')}, '$argon2id$made-up'
    FROM generate_series(1, ${PEOPLE}) n WHERE n % 5 = 0`,
  sessions: `
    INSERT INTO "session" ("id", "token", "expiresAt", "endsAt", "userId", "authenticatedAt", "ipAddress", "userAgent")
    SELECT gen_random_uuid(), gen_random_uuid(), now() + interval '8 hours', now() + interval '20 hours',
      ${id('person', `(CASE WHEN n <= 100 THEN 1 ELSE 1 + n % ${PEOPLE} END)`)}, now() - interval '1 hour',
      '192.0.2.' || n % 250, 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36'
    FROM generate_series(1, ${Math.round(PEOPLE / 5)}) n`,
  invitations: `
    INSERT INTO "invitation" ("id", "hash", "email", "name", "role", "invitedBy", "createdAt", "expiresAt")
    SELECT gen_random_uuid(), gen_random_uuid(), 'new' || n || '@example.com', ${FIRST}[1 + n % 11], 'member',
      ${id('person', '1')}, now(), now() + interval '7 days' FROM generate_series(1, 300) n`,
  servers: `
    INSERT INTO "oauthResource" ("identifier", "name", "scopes", "challengeScopes", "scopeHierarchy", "enabled", "source",
      "createdAt", "updatedAt")
    SELECT ${server('n')}, 'Server ' || n, '{"files:read": "Read files", "files:write": "Write files", "admin:all": "All"}',
      '{}', '{}', true, 'stored', now(), now() FROM generate_series(1, ${SERVERS}) n`,
  clients: `
    INSERT INTO "oauthApplication" ("id", "clientId", "name", "source", "kind", "redirectUrls", "grantTypes",
      "tokenEndpointAuthMethod", "clientSecret", "type", "disabled", "createdAt", "updatedAt", "grantedAt")
    SELECT ${id('client', 'n')}, CASE WHEN source = 'document' THEN 'https://app' || n || '.example.com/client.json'
        ELSE 'client-' || n END,
      ${PRODUCTS}[1 + n % 8] || ' ' || n, source, CASE WHEN n % 20 = 0 THEN 'service-account' ELSE 'application' END,
      ARRAY['https://app' || n || '.example.com/callback', 'http://127.0.0.1/callback'],
      '{authorization_code,refresh_token}', CASE WHEN source = 'administrator' THEN 'client_secret_basic' ELSE 'none' END,
      CASE WHEN source = 'administrator' THEN 'made-up' END, 'web', n % 50 = 0, now() - random() * interval '900 days', now(), now()
    FROM (SELECT n, CASE WHEN n % 20 = 0 THEN 'administrator' WHEN n % 6 = 1 THEN 'document' ELSE 'registered' END AS source
      FROM generate_series(1, ${CLIENTS}) n) c`,
  grants: `
    INSERT INTO "oauthGrant" ("id", "clientId", "userId", "resource", "redirectUri", "scopes", "refreshable",
      "authenticatedAt", "createdAt", "expiresAt", "revokedAt", "lastUsedAt")
    SELECT ${id('grant', 'n')}, a."clientId", ${id('person', 'person')}::text, ${server('server')}, a."redirectUrls"[1],
      (${SCOPES})[1 : 1 + n % 3], true, at, at, CASE WHEN n % 10 = 9 THEN at + interval '10 days' ELSE now() + interval '300 days' END,
      CASE WHEN n % 10 = 8 THEN at + random() * (now() - at) END,
      CASE WHEN n % 10 = 9 THEN at ELSE at + sqrt(random()) * (now() - at) END
    FROM (SELECT n, now() - interval '11 days' - random() * interval '380 days' AS at, ${few(SERVERS)} AS server,
        CASE WHEN n % 1000 = 0 THEN 1 ELSE 1 + floor(random() * ${PEOPLE})::integer END AS person,
        CASE WHEN n <= ${GRANTS_OF_FIRST} THEN 1 ELSE 1 + ${few(CLIENTS - 1)} END AS client
      FROM generate_series(1, ${GRANTS}) n) g
    JOIN "oauthApplication" a ON a."id" = ${id('client', 'g.client')}`,
  tokens: `
    INSERT INTO "oauthAccessToken" ("id", "accessToken", "refreshToken", "accessTokenExpiresAt", "refreshTokenExpiresAt",
      "clientId", "userId", "scopes", "createdAt", "updatedAt", "grantId", "statusIndex")
    OVERRIDING SYSTEM VALUE
    SELECT gen_random_uuid(), gen_random_uuid(), encode(sha256(g."id"::text::bytea), 'hex'), g."lastUsedAt" + interval '1 hour',
      now() + interval '60 days', g."clientId", g."userId", g."scopes", g."lastUsedAt", g."lastUsedAt", g."id",
      row_number() OVER () FROM "oauthGrant" g WHERE g."revokedAt" IS NULL AND g."expiresAt" > now()`,
  'places of tokens': `
    SELECT setval(pg_get_serial_sequence('"oauthAccessToken"', 'statusIndex'), max("statusIndex")) FROM "oauthAccessToken"`,
  consents: `
    INSERT INTO "oauthConsent" ("id", "clientId", "userId", "scopes", "consentGiven", "createdAt", "updatedAt",
      "redirectHost", "resource")
    SELECT gen_random_uuid(), "clientId", "userId", min("scopes"), true, min("createdAt"), min("createdAt"), 'example.com', "resource"
    FROM "oauthGrant" WHERE "revokedAt" IS NULL GROUP BY "clientId", "userId", "resource"`,
  'what waits': `
    INSERT INTO "approvalRequest" ("id", "clientId", "userId", "resource", "clientName", "redirectUri", "kind", "requestedAt")
    SELECT gen_random_uuid(), 'client-' || n, ${id('person', 'n')}::text, ${server('1 + n % 5')}, ${PRODUCTS}[1 + n % 8],
      'https://app.example.com/callback', 'https://app' || n % 300 || '.example.com', now() - random() * interval '13 days'
    FROM generate_series(1, ${Math.round(3_000 * SCALE) + 1}) n`,
  'what was decided': `
    INSERT INTO "clientDecision" ("kind", "isClient", "userId", "outcome", "clientName", "decidedAt", "decidedBy")
    SELECT 'client-' || n, true, CASE WHEN n % 3 = 0 THEN ${id('person', 'n')}::text ELSE '' END,
      CASE WHEN n % 9 = 0 THEN 'refused' ELSE 'approved' END, ${PRODUCTS}[1 + n % 8], now() - random() * interval '300 days',
      ${id('person', '1')}::text FROM generate_series(1, ${Math.round(1_000 * SCALE) + 1}) n`,
  rules: `
    INSERT INTO "accessRule" ("id", "name", "groups", "resource", "createdAt")
    SELECT gen_random_uuid(), 'Team ' || n, ARRAY['team-' || n], ${server(`1 + n % ${SERVERS}`)}, now()
    FROM generate_series(1, 300) n`,
  events: `
    INSERT INTO "auditEvent" ("id", "at", "action", "outcome", "userId", "clientId", "resource", "address", "requestId",
      "detail", "position", "mac", "writtenAt")
    SELECT gen_random_uuid(), at, action, CASE WHEN n % 40 = 0 THEN 'refused' ELSE 'success' END, ${id('person', 'person')}::text,
      CASE WHEN action IN ('token.issue', 'consent') THEN 'client-' || client END,
      CASE WHEN action IN ('token.issue', 'consent') THEN ${server('server')} END, '192.0.2.' || n % 250, gen_random_uuid(),
      CASE action
        WHEN 'token.issue' THEN jsonb_build_object('grantType', 'refresh_token', 'grantId', gen_random_uuid(), 'scopes', ${SCOPES})
        WHEN 'sign-in' THEN jsonb_build_object('method', 'sso', 'issuer', 'https://sso.example.com')
        WHEN 'consent' THEN jsonb_build_object('scopes', ${SCOPES})
        ELSE jsonb_build_object('target', ${id('person', `1 + n % ${PEOPLE}`)}) END,
      first + n, 'made-up', at
    FROM (SELECT n, first, now() - (${EVENTS} - n) * (interval '400 days' / ${EVENTS}) AS at, ${few(CLIENTS)} AS client,
        ${few(SERVERS)} AS server, CASE WHEN n % 500 = 0 THEN 1 ELSE 1 + floor(random() * ${PEOPLE})::integer END AS person,
        CASE WHEN n % 200 = 0 THEN 'account.disable' WHEN n % 20 = 1 THEN 'consent' WHEN n % 7 = 0 THEN 'sign-in'
          ELSE 'token.issue' END AS action
      FROM generate_series(1, ${EVENTS}) n, (SELECT COALESCE(max("position"), 0) AS first FROM "auditEvent") chain) e`,
  'daily counts': `
    INSERT INTO "dailyCount" SELECT current_date - d, metric, 1000 + (random() * ${EVENTS / 400})::integer
      FROM generate_series(0, 29) d, unnest(ARRAY['sign-ins', 'people', 'connections', 'clients', 'tokens', 'refused']) metric;
    INSERT INTO "countedUntil" ("position") SELECT max("position") FROM "auditEvent"`,
};

const { DATABASE_URL: url } = process.env;
if (!url) throw new Error('Set DATABASE_URL to an empty PostgreSQL database, and MCP_AUTH_SECRET.');
const env = { MCP_AUTH_ISSUER: 'http://localhost:3999', ...process.env };
execFileSync(process.execPath, ['service/dist/main.js', 'migrate'], { env, stdio: 'inherit' });
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query('SET search_path TO mcp_auth');
const timed = async (name, text) => {
  const started = performance.now();
  await client.query(text);
  console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
};
// An index is made sooner of all rows at once than of each in turn.
const indexes = `SELECT i.indexname AS name, i.indexdef AS text FROM pg_indexes i WHERE i.schemaname = 'mcp_auth'
  AND i.tablename = ANY ('{oauthGrant,oauthAccessToken,auditEvent}') AND i.indexname !~ '_(pkey|excl)$'`;
try {
  const { rows } = await client.query(indexes);
  for (const { name } of rows) await client.query(`DROP INDEX "${name}"`);
  await client.query(`SET maintenance_work_mem TO '512MB'`);
  for (const [name, text] of Object.entries(STEPS)) await timed(name, text);
  await timed(`${rows.length} indexes`, rows.map(({ text }) => text).join(';'));
  await timed('statistics', 'VACUUM ANALYZE');
  const size = await client.query('SELECT pg_size_pretty(pg_database_size(current_database())) AS size');
  console.log(size.rows[0].size);
} finally {
  await client.end();
}
