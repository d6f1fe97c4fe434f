import { ADMINISTRATOR, type Standalone } from './standalone.js';

/** More than one page of each list. */
const MANY = 70;
/** Of strangers, and longer than most. */
const NAME = `"><b>\u202e${'W'.repeat(36)}`;

/** Fills every list of the console, with names of strangers and many rows of one person. */
export async function fillConsole({ dataSource, mcpUrl, issuer }: Standalone): Promise<void> {
  const run = (text: string, ...values: unknown[]) =>
    dataSource.query(text.replaceAll('@', 'mcp_auth.'), values);
  const every = `FROM generate_series(1, ${MANY}) n`;
  const [ada] = await dataSource.query<{ id: string; subject: string }[]>(
    'SELECT "id", "subject" FROM mcp_auth."user" WHERE "email" = $1',
    [ADMINISTRATOR.email],
  );
  await run(
    `INSERT INTO @"user" ("id", "subject", "name", "email", "role", "lastSignInAt", "groups")
    SELECT gen_random_uuid(), 'person-' || n, $1, 'person-' || n || '.' || repeat('w', 15) || chr(64) || 'example.com', 'member', now(),
      ARRAY['group-' || n, repeat('g', 60), repeat('h', 60)] ${every}`,
    NAME.slice(0, 80),
  );
  await run(
    `INSERT INTO @"identity" ("id", "userId", "issuer", "sub", "groups", "createdAt")
    SELECT gen_random_uuid(), "id", 'https://sso.example.com', "subject", "groups", now() FROM @"user"`,
  );
  await run(
    `INSERT INTO @"session" ("id", "token", "expiresAt", "endsAt", "userId", "authenticatedAt", "ipAddress", "userAgent")
    SELECT gen_random_uuid(), 'token-' || n, now() + interval '8 hours', now() + interval '20 hours', $1, now(), '192.0.2.1', $2 ${every}`,
    ada?.id,
    NAME,
  );
  await run(
    `INSERT INTO @"invitation" ("id", "hash", "email", "name", "role", "invitedBy", "createdAt", "expiresAt")
    SELECT gen_random_uuid(), 'hash-' || n, 'new-' || n || chr(64) || repeat('w', 15) || '.example', $2, 'member', $1, now(), now() + interval '7 days' ${every}`,
    ada?.id,
    NAME.slice(0, 60),
  );
  await run(
    `INSERT INTO @"oauthApplication" ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
      "tokenEndpointAuthMethod", "type", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), 'client-' || n, $1, 'registered',
      ARRAY['https://' || n || '.example.com/' || repeat('p', 150), 'http://127.0.0.1/b', 'cursor://c'], '{}', 'none', 'web', now(), now() ${every}`,
    NAME,
  );
  await run(
    `INSERT INTO @"oauthGrant" ("id", "clientId", "userId", "resource", "redirectUri", "scopes", "refreshable",
      "authenticatedAt", "createdAt", "expiresAt", "lastUsedAt")
    SELECT gen_random_uuid(), 'client-' || n, CASE WHEN p = 1 THEN $1 ELSE 'person-' || n END, $2, 'https://a.example', '{mcp:tools}', true,
      now(), now(), now() + interval '1 year', now() FROM generate_series(1, ${MANY}) n, generate_series(1, 2) p`,
    ada?.subject,
    mcpUrl,
  );
  await run(
    `INSERT INTO @"oauthAccessToken" ("id", "accessToken", "refreshToken", "accessTokenExpiresAt", "refreshTokenExpiresAt",
      "clientId", "createdAt", "updatedAt", "grantId")
    SELECT gen_random_uuid(), "id"::text, "id"::text, now() + interval '1 hour', now() + interval '1 day', "clientId", now(), now(), "id" FROM @"oauthGrant"`,
  );
  await run(
    `INSERT INTO @"approvalRequest" ("id", "clientId", "userId", "resource", "clientName", "redirectUri", "kind", "requestedAt")
    SELECT 'request-' || n, 'client-' || n, 'person-' || n, $2, $1, 'https://' || n || '.example.com/', 'https://' || n || '.example.com', now() ${every}`,
    NAME,
    mcpUrl,
  );
  await run(
    `INSERT INTO @"clientDecision" ("kind", "isClient", "userId", "outcome", "clientName", "decidedAt", "decidedBy")
    SELECT 'client-' || n, true, 'person-' || n, 'approved', $1, now(), $2 ${every}`,
    NAME,
    ada?.id,
  );
  await run(
    `INSERT INTO @"accessRule" ("id", "name", "groups", "resource", "createdAt", "updatedBy", "updatedAt")
    SELECT gen_random_uuid(), $1, ARRAY['group-' || n, repeat('g', 60)], $2, now(), $3, now() ${every}`,
    NAME.slice(0, 100),
    mcpUrl,
    ada?.id,
  );
  await run(
    `INSERT INTO @"auditEvent" ("id", "at", "action", "outcome", "userId", "clientId", "resource", "address", "requestId", "detail", "position", "mac")
    SELECT gen_random_uuid(), now(), 'account.role', 'success', $1, 'client-' || n, $2, '192.0.2.1', gen_random_uuid(),
      jsonb_build_object('target', 'person-' || n, 'role', 'member', 'by', $3::text), 100000 + n, 'made up' ${every}`,
    ada?.id,
    mcpUrl,
    `${issuer}/${'w'.repeat(30)}`,
  );
}
