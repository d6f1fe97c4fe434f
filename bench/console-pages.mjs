// What each page and list of the console asks of the database and takes, among the rows of console-data.mjs: statements,
// milliseconds of the database and in all, bytes; and which is above what a page may take.
//   npm run build && DATABASE_URL=postgres://… MCP_AUTH_SECRET=… node bench/console-pages.mjs [part of a path]
// SHOW=1 prints the statements of those that take too much. ONLY a database that console-data.mjs has filled will do.
import { McpRevocations } from 'nestjs-mcp-auth';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { ISSUER, measured, startConsole } from './console-service.mjs';
import { OAuthClient, REDIRECT } from './oauth-client.mjs';

/** Statements, milliseconds of the database, milliseconds to the last byte, bytes. */
const LIMITS = [5, 100, 200, 60_000];
/** Milliseconds in which the service hears of a change. */
const NEWS = 1_000;
const wanted = process.argv[2] ?? '';

const { application, browser, administrator } = await startConsole();
const database = new pg.Client({ connectionString: process.env.DATABASE_URL });
await database.connect();
await database.query('SET search_path TO mcp_auth');
const values = async (text) => {
  const { rows } = await database.query({ text, rowMode: 'array' });
  return rows.flat().map(String);
};
const cursor = (key) => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The first page of a list, one in its middle, and the last; `key` and `from` say where those begin. */
async function pages(path, key, from) {
  const [count] = await values(`SELECT count(*)::integer FROM ${from}`);
  const at = async (offset) => {
    const order = key.join(', ');
    const place = await values(
      `SELECT ${key.map((one) => `(${one})::text`)} FROM ${from} ORDER BY ${order} OFFSET ${Math.max(0, offset)} LIMIT 1`,
    );
    const query = new URLSearchParams({ after: cursor(place) });
    return `${path}${path.includes('?') ? '&' : '?'}${query}`;
  };
  return [path, await at(Math.floor(count / 2)), await at(count - 20)];
}

const [first] = await values(
  `SELECT "id" FROM "oauthApplication" WHERE "clientId" = 'client-1' OR "clientId" LIKE 'https://app1.%'`,
);
const [firstClient] = await values(`SELECT "clientId" FROM "oauthApplication" WHERE "id" = '${first}'`);
const [person] = await values(`SELECT "id" FROM "user" WHERE "email" = 'bjorn1@example.com'`);
const [email] = await values(`SELECT max("email") FROM "user" WHERE "email" LIKE 'dana%'`);
const [someone] = await values(`SELECT "id" FROM "user" WHERE "email" LIKE 'dana%' LIMIT 1`);
const [request] = await values(`SELECT "id" FROM "approvalRequest" ORDER BY "id" LIMIT 1`);
const [rule] = await values(`SELECT "id" FROM "accessRule" ORDER BY "id" LIMIT 1`);
const [grant] = await values(
  `SELECT "id" FROM "oauthGrant" WHERE "revokedAt" IS NULL AND "expiresAt" > now() LIMIT 1`,
);
const [requestId] = await values(
  `SELECT "requestId" FROM "auditEvent" WHERE "requestId" IS NOT NULL LIMIT 1`,
);
const [kind, isClient, decided] = await values(
  `SELECT "kind", "isClient", "userId" FROM "clientDecision" LIMIT 1`,
);
const [events] = await values(`SELECT max("sequence") FROM "auditEvent"`);
const [kid] = await values(`SELECT "kid" FROM "signingKey" LIMIT 1`);
const server = (number) => `https://server${number}.example.com/mcp`;
const q = (path, query) => `${path}?${new URLSearchParams(query)}`;

const PEOPLE = '"user" u';
const CLIENTS = '"oauthApplication" a WHERE "resource" IS NULL';
const LIVING = '"oauthGrant" g WHERE "revokedAt" IS NULL AND "expiresAt" > now()';
const byUse = [`COALESCE("lastUsedAt", "createdAt")`, '"id"'];
const clientQueries = [
  ...['registered', 'document', 'pre-registered', 'service-account'].map((one) => ({ kind: one })),
  ...['claude', 'app777.example', 'client-9', 'nothing like it'].map((search) => ({ search })),
  { state: 'blocked' },
  { state: 'allowed' },
  { kind: 'document', state: 'blocked' },
  { kind: 'registered', search: 'nothing like it' },
  { sort: '-name' },
  { sort: '-createdAt', kind: 'service-account' },
  { sort: 'createdAt', state: 'blocked' },
];
const grantQueries = [
  { person: email },
  { person },
  { client: firstClient },
  { client: 'client-9999' },
  { client: 'Claude' },
  { client: 'nothing' },
  ...[1, 20].map((n) => ({ server: server(n) })),
  { server: 'https://nowhere.example.com' },
  ...['files:read', 'admin:all', 'no:such'].map((scope) => ({ scope })),
  ...[30, 90, 180].map((unused) => ({ unused })),
  { server: server(1), scope: 'admin:all' },
  { server: server(30), scope: 'files:read' },
  { server: server(1), unused: 180 },
  { client: firstClient, unused: 180 },
  { client: firstClient, server: server(30) },
  { client: 'Claude', server: server(30), unused: 90 },
  { person, server: server(1) },
  { grant },
];
const day = (before) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
const auditQueries = [
  ...['token.issue', 'consent', 'account.disable', 'key.rotate'].map((action) => ({ action })),
  { outcome: 'refused' },
  { outcome: 'success' },
  { person: email },
  { person },
  { person: 'nobody@example.com' },
  { clientId: firstClient },
  { clientId: 'client-9998' },
  { clientId: 'nothing' },
  { requestId },
  { requestId: 'nothing' },
  { since: day(1) },
  { until: day(399) },
  { until: day(200) },
  { since: day(300), until: day(299) },
  { since: '2010-01-01', until: '2010-02-01' },
  { action: 'account.disable', outcome: 'refused' },
  { action: 'key.rotate', outcome: 'refused' },
  { action: 'token.issue', outcome: 'refused', since: day(300), until: day(299) },
  { person, action: 'account.disable' },
  { person: email, action: 'key.rotate' },
  { person, until: day(350) },
  { clientId: firstClient, outcome: 'refused' },
  { clientId: firstClient, until: day(350) },
  { action: 'account.disable', since: day(300), until: day(299) },
  { outcome: 'refused', until: day(200) },
];
const PATHS = [
  '/',
  '/account',
  '/account/password',
  '/admin',
  ...(await pages('/admin/people', ['lower(u."name")', 'u."email"'], PEOPLE)),
  ...(await pages('/admin/people?sort=createdAt', ['u."createdAt"', 'u."id"'], PEOPLE)),
  ...['dana', email, 'nothing like it', 'ö'].map((search) => q('/admin/people', { search })),
  `/admin/people/${person}`,
  `/admin/people/${someone}`,
  ...(await pages('/admin/clients', [`lower(COALESCE("name", ''))`, '"clientId"'], CLIENTS)),
  ...(await pages('/admin/clients?sort=createdAt', ['"createdAt"', '"clientId"'], CLIENTS)),
  ...clientQueries.map((query) => q('/admin/clients', query)),
  '/admin/clients/new',
  '/admin/clients/new-service-account',
  ...['', '/block', '/delete', '/secret'].map((more) => `/admin/clients/${first}${more}`),
  ...(await pages('/admin/connections', byUse, LIVING)),
  ...grantQueries.flatMap((query) => [q('/admin/connections', query), q('/admin/connections/end', query)]),
  '/admin/servers',
  '/admin/servers/add',
  ...['server', 'change', 'disable', 'credentials'].map((page) =>
    q(`/admin/servers/${page}`, { server: server(1) }),
  ),
  '/admin/access',
  q('/admin/access', { q: 'team-1' }),
  q('/admin/access', { server: server(1) }),
  '/admin/access/rules/new',
  `/admin/access/rules/${rule}`,
  `/admin/access/rules/${rule}/remove`,
  '/admin/access/applications',
  `/admin/access/applications/requests/${request}`,
  q('/admin/access/applications/take-back', {
    kind,
    isClient: isClient === 'true' ? 'yes' : 'no',
    person: decided,
  }),
  '/admin/access/try',
  q('/admin/access/try', { email }),
  q('/admin/access/try', { email, resource: server(1), client: 'Claude 1' }),
  q('/admin/access/try', { client: firstClient }),
  '/admin/keys',
  `/admin/keys/${kid}/compromised`,
  '/admin/audit',
  ...[Math.floor(events / 2), 60].map((place) => q('/admin/audit', { after: cursor([String(place)]) })),
  ...auditQueries.map((query) => q('/admin/audit', query)),
];

/** A token of the administrator for the API, with one scope. */
async function apiToken(scope) {
  const client = new OAuthClient({ issuer: ISSUER, origin: ISSUER }, '', scope);
  client.resource = `${ISSUER}/admin/api/v1`;
  client.id = (await client.register()).client_id;
  // An application of strangers would wait for approval.
  await database.query(
    `INSERT INTO "clientDecision" ("kind", "isClient", "userId", "outcome", "clientName", "decidedAt", "decidedBy")
    VALUES ($1, true, '', 'approved', 'Bench', now(), 'bench')`,
    [client.id],
  );
  await application.get(McpRevocations).policyChanged({ clientIds: [client.id] });
  await delay(NEWS);
  client.browser = browser;
  const end = await browser.through(client.authorizationUrl, REDIRECT, {
    ...administrator,
    decision: 'approve',
  });
  const { access_token: token } = await client.exchange(new URL(end).searchParams.get('code'));
  return token;
}
const API = '/admin/api/v1';
const LISTS = [
  `${API}/people`,
  q(`${API}/people`, { search: 'dana' }),
  `${API}/people/${person}`,
  `${API}/people/${person}/connections`,
  `${API}/invitations`,
  `${API}/rules`,
  `${API}/clients`,
  q(`${API}/clients`, { search: 'claude' }),
  `${API}/connections`,
  q(`${API}/connections`, { client: firstClient }),
  q(`${API}/connections`, { resource: server(1) }),
  `${API}/audit`,
  ...auditQueries.map((query) => q(`${API}/audit`, query)),
];
const tokens = { read: await apiToken('admin:read'), audit: await apiToken('admin:audit') };
const api = async (path) => {
  const response = await fetch(ISSUER + path, {
    headers: { authorization: `Bearer ${path.startsWith(`${API}/audit`) ? tokens.audit : tokens.read}` },
  });
  return { html: await response.text(), status: response.status };
};

console.log('| statements | database ms | ms | bytes | page |\n| --- | --- | --- | --- | --- |');
let missed = 0;
for (const path of [...PATHS, ...LISTS].filter((one) => one.includes(wanted))) {
  const run = await measured(() => (path.startsWith(API) ? api(path) : browser.request(ISSUER + path)));
  const { html, next, status } = run.answer;
  const figures = [run.statements.length, run.inDatabase, run.took, Buffer.byteLength(html)].map(Math.round);
  const isApi = path.startsWith(API);
  const over = figures.map((figure, index) => figure > LIMITS[index] && !(isApi && index === 3));
  const isMissed = over.some(Boolean) || status >= 400 || (next && !path.endsWith('/secret'));
  if (isMissed) missed += 1;
  const words = figures.map((figure, index) => (over[index] ? `**${figure}**` : figure));
  console.log(
    `| ${words.join(' | ')} | ${path.slice(0, 130)} ${status >= 300 || next ? `→ ${status}` : ''}|`,
  );
  if (isMissed && process.env.SHOW)
    for (const text of run.statements) console.log(`    ${text.replaceAll(/\s+/g, ' ')}`);
}
console.log(`${missed} above the limits of ${LIMITS.join(', ')}`);
await database.end();
await application.close();
