import { randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { press, signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const FILES = 'https://files.example.com/mcp';

describe.skipIf(!postgresUrl)('a server that is added on one replica', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let first: Standalone;
  let second: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, MCP_AUTH_ISSUER: first.issuer }, false, first.clock);
    ada = await signedIn(first);
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await database.drop();
  });

  const metadata = () =>
    fetch(`${second.origin}/resource-metadata?${new URLSearchParams({ resource: FILES }).toString()}`);

  it('is served by the other, with its key, and no more once it is disabled', async () => {
    expect((await metadata()).status).toBe(400);
    const form = { identifier: FILES, name: 'Files', scopes: 'read Read', algorithm: 'EdDSA' };
    expect((await press(first, ada, '/admin/servers/add', form)).status).toBe(303);
    await eventually(async () => (await metadata()).status === 200);
    expect(await (await metadata()).json()).toMatchObject({ resource: FILES, scopes_supported: ['read'] });
    const rule = { name: 'Everybody', server: FILES, whom: 'everyone' };
    expect((await press(first, ada, '/admin/access/rules', rule)).status).toBe(303);

    const elsewhere = new Browser({ [first.issuer]: second.origin });
    const client = await new ServiceClient(first, FILES, undefined, elsewhere).register();
    const asks = async () =>
      (await client.authorize(ADMINISTRATOR.email, 'read')).body.includes('value="approve"');
    await eventually(asks);
    const page = await client.authorize(ADMINISTRATOR.email, 'read');
    const { status, body } = await client.token(client.codeFrom(await client.approve(page)), second.origin);
    expect([status, decodeProtectedHeader(body.access_token).alg]).toEqual([200, 'EdDSA']);
    const keys = createRemoteJWKSet(new URL(`${second.origin}/jwks`));
    const { payload } = await jwtVerify(body.access_token, keys, {
      audience: FILES,
      currentDate: new Date(first.clock.now()),
    });
    expect(payload).toMatchObject({ iss: first.issuer, scope: 'read' });

    expect((await press(first, ada, '/admin/servers/disable', { server: FILES })).status).toBe(303);
    await eventually(
      async () => (await client.refresh(body.refresh_token ?? '', second.origin)).status !== 200,
    );
  });
});
