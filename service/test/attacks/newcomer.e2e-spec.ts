import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../test/support/free-port.js';
import { newDatabase, postgresUrl } from '../../../test/support/postgres.js';
import { ServiceClient } from '../support/service-client.js';
import { startStandalone, type Standalone } from '../support/standalone.js';

const SERVER = 'https://files.example.com/mcp';
const MEMBER = 'eve@example.com';

describe.skipIf(!postgresUrl)('a process that starts beside a running replica', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let running: Standalone;
  let client: ServiceClient;
  let tokens: Awaited<ReturnType<ServiceClient['tokens']>>;
  let environment: NodeJS.ProcessEnv;

  const policyFile = async (name: string, scopes: string) => {
    const path = join(folder, name);
    const rule = `name: Engineers\n    groups: everyone\n    server: ${SERVER}\n    scopes: [${scopes}]`;
    await writeFile(path, `rules:\n  - ${rule}\n`);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-newcomer-'));
    database = await newDatabase();
    const resources = join(folder, 'resources.json');
    const scopes = { 'files:read': 'Read files', 'files:write': 'Write files' };
    await writeFile(resources, JSON.stringify([{ identifier: SERVER, name: 'Files', scopes }]));
    const port = await freePort();
    environment = {
      MCP_AUTH_ISSUER: `http://localhost:${port}`,
      PORT: String(port),
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_RESOURCES: resources,
      MCP_AUTH_POLICY_FILE: await policyFile('policy.yaml', 'files:read, files:write'),
      MCP_AUTH_DEMO: 'off',
    };
    running = await startStandalone(environment);
    await running.addMember(MEMBER, ['engineering']);
    // Before the others start: what signs people in stands once in a process.
    client = await new ServiceClient(running, SERVER).register();
    tokens = await client.tokens(MEMBER, 'openid files:write files:read');
  });
  afterAll(async () => {
    await running.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const isTaken = async () => {
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    return (await fetch(`${running.origin}/userinfo`, { headers })).status === 200;
  };
  const policyRows = (): Promise<unknown> =>
    running.dataSource.query('SELECT * FROM mcp_auth."appliedPolicy", mcp_auth."oauthRevocation"');

  it.each<[string, () => Promise<NodeJS.ProcessEnv>, RegExp | null]>([
    [
      'with a narrower policy, on a port that is taken',
      async () => ({
        PORT: environment['PORT'],
        MCP_AUTH_POLICY_FILE: await policyFile('other.yaml', 'files:read'),
      }),
      /is in use: set PORT/,
    ],
    [
      'with a narrower policy, and a secret that is wrong',
      async () => ({
        MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
        MCP_AUTH_POLICY_FILE: await policyFile('other.yaml', 'files:read'),
      }),
      /set MCP_AUTH_SECRET to the one/,
    ],
    ['without its policy file', async () => ({ MCP_AUTH_POLICY_FILE: undefined }), null],
  ])('takes no token from it: %s', async (_, differing, failure) => {
    const before = await policyRows();
    const newcomer = { ...environment, PORT: String(await freePort()), ...(await differing()) };
    const start = startStandalone(newcomer, false, running.clock);
    if (failure) await expect(start).rejects.toThrow(failure);
    else await (await start).close();
    expect(await policyRows()).toEqual(before);
    expect(await isTaken()).toBe(true);
    const { status, body } = await client.refresh(tokens.refresh_token);
    expect(status).toBe(200);
    tokens = body;
  });
});
