// How long `import better-auth --apply` takes over many people, clients and refresh tokens, as an operator runs it.
//   npm run build && DATABASE_URL=postgres://… node bench/import-better-auth.mjs [people] [clients] [tokens]
// The database must be an empty one; the old one is made in its schema "old".
import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import pg from 'pg';

const [PEOPLE = 10_000, CLIENTS = 1_000, TOKENS = 50_000] = process.argv.slice(2).map(Number);
/** Seconds. */
const LIMIT = 60;

const environment = {
  DATABASE_URL: process.env.DATABASE_URL,
  MCP_AUTH_SECRET: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
  MCP_AUTH_ISSUER: 'http://localhost:3999',
  MCP_AUTH_LOG_LEVEL: 'silent',
  PORT: '3999',
};
const client = new pg.Client({ connectionString: environment.DATABASE_URL });
await client.connect();
const text32 = (what) => `translate(md5(${what}), '0123456789', 'ghijklmnop')`;
await client.query(`
  CREATE SCHEMA old;
  CREATE TABLE old."user" (id text PRIMARY KEY, name text, email text UNIQUE, "emailVerified" boolean, "createdAt" timestamptz);
  CREATE TABLE old.account (id text PRIMARY KEY, "accountId" text, "providerId" text, "userId" text, password text);
  CREATE TABLE old."oauthApplication" (id text PRIMARY KEY, name text, "clientId" text UNIQUE, "clientSecret" text,
    "redirectUrls" text, type text, disabled boolean, "createdAt" timestamptz);
  CREATE TABLE old."oauthConsent" (id text PRIMARY KEY, "clientId" text, "userId" text, scopes text,
    "consentGiven" boolean, "createdAt" timestamptz, "updatedAt" timestamptz);
  CREATE TABLE old."oauthAccessToken" (id text PRIMARY KEY, "refreshToken" text UNIQUE, "refreshTokenExpiresAt" timestamptz,
    "clientId" text, "userId" text, scopes text, "createdAt" timestamptz);
  INSERT INTO old."user" SELECT 'person' || n, 'Person ' || n, 'person' || n || '@example.com', true, now()
    FROM generate_series(1, ${PEOPLE}) n;
  INSERT INTO old.account SELECT 'account' || n, 'person' || n, 'credential', 'person' || n,
    md5('salt' || n) || ':' || repeat(md5('key' || n), 4) FROM generate_series(1, ${PEOPLE}) n;
  INSERT INTO old."oauthApplication" SELECT 'row' || n, 'Client ' || n, 'client' || n, ${text32("'secret' || n")},
    'https://client' || n || '.example/callback', 'web', false, now() FROM generate_series(1, ${CLIENTS}) n;
  INSERT INTO old."oauthConsent" SELECT 'consent' || n, 'client' || ((n + n / ${PEOPLE}) % ${CLIENTS} + 1), 'person' || (n % ${PEOPLE} + 1),
    'openid offline_access', true, now(), now() FROM generate_series(1, ${TOKENS}) n;
  INSERT INTO old."oauthAccessToken" SELECT 'token' || n, ${text32("'token' || n")}, now() + interval '5 days',
    'client' || ((n + n / ${PEOPLE}) % ${CLIENTS} + 1), 'person' || (n % ${PEOPLE} + 1), 'openid offline_access', now()
    FROM generate_series(1, ${TOKENS}) n;`);

const dist = (path) => import(new URL(`../service/dist/${path}`, import.meta.url));
const [{ startService }, { readConfig }] = await Promise.all(
  ['start-service.js', 'config/service-config.js'].map(dist),
);
await (await startService(readConfig(environment))).close();

const words = ['import', 'better-auth', '--from', environment.DATABASE_URL, '--schema', 'old', '--apply'];
const kinds = ['--take', 'people,clients,consents,refresh-tokens', '--scopes', 'mcp:tools'];
const begun = performance.now();
const said = execFileSync(process.execPath, ['service/dist/main.js', ...words, ...kinds], {
  env: { PATH: process.env.PATH, ...environment },
  encoding: 'utf8',
});
const seconds = (performance.now() - begun) / 1000;
const { rows } = await client.query(`SELECT (SELECT count(*) FROM mcp_auth."user")::int AS people,
  (SELECT count(*) FROM mcp_auth."oauthApplication" WHERE "source" = 'registered')::int AS clients,
  (SELECT count(*) FROM mcp_auth."oauthAccessToken")::int AS tokens`);
await client.end();
process.stdout.write(
  `${said}\n${JSON.stringify(rows[0])}\ntaken over in ${seconds.toFixed(1)} s, at most ${LIMIT} s\n`,
);
process.exit(seconds <= LIMIT && rows[0].tokens === TOKENS && rows[0].people === PEOPLE ? 0 : 1);
