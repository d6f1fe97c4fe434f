import { McpResources } from 'nestjs-mcp-auth';
import { ServicePolicy } from '../../src/policy/service-policy.js';
import type { Standalone } from './standalone.js';

/** Rows of each list. */
const MANY = 200;
const SERVERS = 12;
const HOSTILE = `"><b>${'a-very-long-name'.repeat(5)}\u202eevil`;

/**
 * A company with many of everything, some of it named by strangers; its administrator has connections and waits too.
 * @returns paths of pages that stand behind others of their list: an application with a secret, a server of the console, and
 * the administrator.
 */
export async function fill({ application, dataSource, mcpUrl }: Standalone): Promise<string[]> {
  for (let made = 0; made < SERVERS; made++)
    await application.get(McpResources).save({
      identifier: addressOf(made),
      name: made === 0 ? HOSTILE : `Server ${made}`,
      scopes: { [`read:${made}`]: 'Read everything', [`write:${made}`]: HOSTILE },
    });
  const run = (sql: string, ...values: unknown[]) =>
    dataSource.query<{ id: string }[]>(sql.replaceAll('@"', 'mcp_auth."'), values);
  await run(
    `INSERT INTO @"user" ("id", "subject", "name", "email", "role", "groups", "disabledAt", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), gen_random_uuid()::text, CASE WHEN i % 50 = 1 THEN $1 || i ELSE 'Person ' || i END,
      CASE WHEN i % 50 = 1 THEN repeat('long', 15) ELSE 'person' END || i || '@example.com',
      (ARRAY['member', 'auditor', 'administrator'])[1 + i % 3], ARRAY['group-' || i % 20, $1],
      CASE WHEN i % 7 = 0 THEN now() END, now() - i * interval '1 hour', now()
    FROM generate_series(1, ${MANY}) i`,
    HOSTILE,
  );
  await run(
    `INSERT INTO @"invitation" ("id", "hash", "email", "name", "role", "invitedBy", "createdAt", "expiresAt")
    SELECT gen_random_uuid(), 'hash-' || i, 'invited' || i || '@example.com', $1, 'member', u."id", now(), now() + interval '1 day'
    FROM generate_series(1, 30) i, @"user" u WHERE u."email" = 'ada@example.com'`,
    HOSTILE,
  );
  await run(
    `INSERT INTO @"oauthApplication" ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
      "tokenEndpointAuthMethod", "type", "createdAt", "updatedAt", "clientSecret")
    SELECT gen_random_uuid(), 'many-' || i, CASE WHEN i % 50 = 1 THEN $1 || i ELSE 'Client ' || i END, 'registered',
      ARRAY['https://' || i || '.example.com/a', 'http://127.0.0.1/b', 'cursor://c'], '{}', 'none', 'web',
      now() - i * interval '1 minute', now(), CASE WHEN i = 2 THEN 'x' END FROM generate_series(1, ${MANY}) i`,
    HOSTILE,
  );
  await run(
    `INSERT INTO @"oauthGrant" ("id", "clientId", "userId", "resource", "redirectUri", "scopes", "refreshable",
      "authenticatedAt", "createdAt", "expiresAt", "lastUsedAt")
    SELECT gen_random_uuid(), 'many-' || i, u."subject", $1, 'https://a.example', '{mcp:tools,notes:delete}', true,
      now(), now(), now() + interval '1 year', now() - i * interval '1 hour'
    FROM generate_series(1, ${MANY}) i, @"user" u WHERE u."email" = 'ada@example.com' AND i <= 30
      OR u."email" = 'person' || i || '@example.com'`,
    mcpUrl,
  );
  await run(
    `INSERT INTO @"oauthAccessToken" ("id", "accessToken", "refreshToken", "accessTokenExpiresAt", "refreshTokenExpiresAt",
      "clientId", "createdAt", "updatedAt", "grantId")
    SELECT gen_random_uuid(), "id"::text, "id"::text, now() + interval '1 hour', now() + interval '1 day', "clientId", now(),
      now(), "id" FROM @"oauthGrant"`,
  );
  await run(
    `INSERT INTO @"session" ("id", "token", "expiresAt", "endsAt", "userId", "authenticatedAt", "updatedAt", "ipAddress", "userAgent")
    SELECT gen_random_uuid(), 'token-' || i, now() + interval '8 hours', now() + interval '20 hours', u."id", now(),
      now() - i * interval '1 minute', '192.0.2.1', $1
    FROM generate_series(1, 30) i, @"user" u WHERE u."email" = 'ada@example.com'`,
    HOSTILE,
  );
  await run(
    `INSERT INTO @"accessRule" ("id", "name", "groups", "resource", "scopes", "clients", "until", "createdAt", "version")
    SELECT gen_random_uuid(), CASE WHEN i % 50 = 1 THEN $1 || i ELSE 'Rule ' || i END, ARRAY['group-' || i % 20],
      'https://server' || i % ${SERVERS} || '.example.com/' || repeat('long-path/', i % ${SERVERS}) || 'mcp',
      CASE WHEN i % 2 = 0 THEN ARRAY['read:' || i % ${SERVERS}] END, CASE WHEN i % 3 = 0 THEN ARRAY['https://claude.ai/', 'loopback:Claude Code'] END,
      CASE WHEN i % 5 = 0 THEN now() + i * interval '1 day' END, now(), 1
    FROM generate_series(1, ${MANY}) i`,
    HOSTILE,
  );
  await run(
    `INSERT INTO @"approvalRequest" ("id", "clientId", "userId", "resource", "clientName", "redirectUri", "kind", "requestedAt")
    SELECT 'request-' || i, 'many-' || i, CASE WHEN i <= 20 THEN ada."subject" ELSE u."subject" END, $2,
      CASE WHEN i % 50 = 1 THEN $1 || i ELSE 'Client ' || i END, 'https://' || i || '.example.com/a', 'https://' || i || '.example.com/', now()
    FROM generate_series(1, ${MANY}) i JOIN @"user" u ON u."email" = 'person' || i || '@example.com',
      @"user" ada WHERE ada."email" = 'ada@example.com'`,
    HOSTILE,
    mcpUrl,
  );
  await run(
    `INSERT INTO @"clientDecision" ("kind", "isClient", "userId", "outcome", "decidedAt", "decidedBy")
    SELECT 'https://decided' || i || '.example.com/', false, '', (ARRAY['approved', 'refused'])[1 + i % 2], now(), ada."id"
    FROM generate_series(1, ${MANY}) i, @"user" ada WHERE ada."email" = 'ada@example.com'`,
  );
  await application.get(ServicePolicy, { strict: false }).reload();
  const [row] = await run(`SELECT "id" FROM @"oauthApplication" WHERE "clientSecret" IS NOT NULL`);
  const [ada] = await run(`SELECT "id" FROM @"user" WHERE "email" = 'ada@example.com'`);
  const server = new URLSearchParams({ server: addressOf(1) }).toString();
  return [`/admin/clients/${row?.id}`, `/admin/servers/server?${server}`, `/admin/people/${ada?.id}`];
}

/** Of an MCP server. */
export function addressOf(server: number): string {
  return `https://server${server}.example.com/${'long-path/'.repeat(server)}mcp`;
}
