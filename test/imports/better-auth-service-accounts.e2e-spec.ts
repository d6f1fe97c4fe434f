import { describe, expect, it } from 'vitest';
import { postgresUrl, startService } from '../support/app.js';
import { importInto } from '../support/better-auth-import.js';
import { betterAuthApplication } from '../support/better-auth.js';

const B = 'better_auth_b';

/** Service accounts that stay, where there may be some. */
const LEFT_ACCOUNTS: [what: string, change: string, why: string][] = [
  [
    'whose id could be a person’s',
    `"clientId" = '2f0f9a52-2a8f-4f0f-93a9-4b8d2f6f1e77'`,
    "cannot be a service account here: The client id 2f0f9a52-2a8f-4f0f-93a9-4b8d2f6f1e77 could be a user's: choose a name such as notes-server, or one that begins with client_",
  ],
  [
    'that proves itself otherwise',
    `"tokenEndpointAuthMethod" = 'tls_client_auth'`,
    'proves itself in a way that is not known here (tls_client_auth)',
  ],
  ['without its keys', `"tokenEndpointAuthMethod" = 'private_key_jwt'`, 'has lost its keys'],
  ['without its secret', `"clientSecret" = NULL`, 'has lost its secret'],
];

describe.skipIf(!postgresUrl)('an import of service accounts of Better Auth 1.7', () => {
  it.each(LEFT_ACCOUNTS)('leaves one %s', async (_what, change, why) => {
    const service = await startService({ serviceAccounts: () => [] });
    const old = await betterAuthApplication(B);
    await old.sql(`UPDATE "oauthClient" SET ${change} WHERE "clientId" = 'service-account'`);
    const { left, taken } = await importInto(service, old);
    expect(left).toContainEqual(expect.objectContaining({ kind: 'service accounts', why, count: 1 }));
    expect(taken['service accounts']).toBe(0);
    await old.drop();
    await service.close();
  });

  it('says that nobody has said which of several MCP servers is meant', async () => {
    const service = await startService({ serviceAccounts: () => [] });
    const { resources, issuer } = service;
    await resources.save({ identifier: `${issuer}/reports`, scopes: { 'reports:read': 'Read reports' } });
    const old = await betterAuthApplication(B);
    const options = { resource: undefined, scopes: [] };
    expect((await importInto(service, old, {}, options)).left).toContainEqual(
      expect.objectContaining({
        kind: 'service accounts',
        why: 'names no MCP server, and there are several here: say which one it is for (resource)',
      }),
    );
    await expect(importInto(service, old, {}, { ...options, scopes: ['notes:read'] })).rejects.toThrow(
      'There are several MCP servers here: say which one notes:read is a scope of (resource).',
    );
    await old.drop();
    await service.close();
  });

  it('leaves one whose MCP servers are not here', async () => {
    const service = await startService({ serviceAccounts: () => [] });
    const old = await betterAuthApplication(B);
    await old.sql(
      `INSERT INTO "oauthClientResource" VALUES (gen_random_uuid(), 'service-account', 'http://localhost:3000/reports')`,
    );
    expect((await importInto(service, old)).left).toContainEqual(
      expect.objectContaining({ kind: 'service accounts', why: 'is for no MCP server that is known here' }),
    );
    await old.drop();
    await service.close();
  });
});
