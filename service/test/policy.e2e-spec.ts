import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PolicyChanges } from '../src/policy/policy-changes.js';
import { PolicyStore } from '../src/policy/policy-store.js';
import { statementsSoFar } from '../../test/support/app.js';
import { freePort } from '../../test/support/free-port.js';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { ServiceClient } from './support/service-client.js';
import { Browser } from '../../test/support/browser.js';
import { signedIn } from './support/administration.js';
import { decide, takeBack } from './support/approvals.js';
import { ADMINISTRATOR, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const SERVER = 'https://files.example.com/mcp';
const SCOPES = { 'files:read': 'Read files', 'files:write': 'Write files' };
const MEMBER = 'eve@example.com';

describe('access by default', () => {
  let folder: string;
  let service: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-policy-'));
    await writeFile(
      join(folder, 'resources.json'),
      JSON.stringify([{ identifier: SERVER, name: 'Files', scopes: SCOPES }]),
    );
    service = await startStandalone({ MCP_AUTH_RESOURCES: join(folder, 'resources.json') });
    await service.addMember(MEMBER, ['engineering']);
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const rule = {
    name: 'Engineers',
    groups: ['engineering'],
    resource: SERVER,
    scopes: ['files:read'],
    clients: null,
  };
  const add = () => {
    const store = service.application.get(PolicyStore);
    return service.application.get(PolicyChanges).change((manager) => store.add(rule, manager));
  };

  it('is open to everyone on the example server of this computer', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    expect((await client.tokens(MEMBER, 'mcp:tools')).scope).toBe('mcp:tools');
  });

  it('is closed everywhere else, to administrators too, until a rule says otherwise', async () => {
    for (const email of [MEMBER, 'ada@example.com']) {
      const client = await new ServiceClient(service, SERVER).register();
      const page = await client.authorize(email, 'files:read');
      expect(page.body).toContain('You do not have access');
      expect(page.body).toContain('Your account has no access to Files');
    }
    const { id } = await add();
    const client = await new ServiceClient(service, SERVER).register();
    await eventually(async () => (await client.authorize(MEMBER, 'files:read')).body.includes('approve'));
    const tokens = await client.tokens(MEMBER, 'files:read files:write');
    expect(tokens.scope).toBe('files:read');

    const store = service.application.get(PolicyStore);
    await service.application.get(PolicyChanges).change((manager) => store.remove(id, manager));
    await eventually(async () => (await client.authorize(MEMBER, 'files:read')).body.includes('no access'));
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('costs a token answer no statement: one is for the token, one for the person', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: refresh } = await client.tokens(MEMBER, 'mcp:tools');
    const counts: number[] = [];
    for (let round = 0; round < 25; round++) {
      const before = statementsSoFar();
      expect((await client.refresh(refresh)).status).toBe(200);
      counts.push(statementsSoFar() - before);
    }
    // The quietest round: in others, the background reads the revocation feed or writes the audit.
    expect(Math.min(...counts)).toBe(2);
  });
});

describe.skipIf(!postgresUrl)('a policy file on two replicas', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let first: Standalone;
  let second: Standalone;
  let environment: NodeJS.ProcessEnv;

  const rules = (scopes: string, clients = '') =>
    `rules:\n  - name: Engineers\n    groups: [engineering]\n    server: ${SERVER}\n    scopes: [${scopes}]\n${clients}`;
  const file = () => join(folder, 'policy.yaml');
  const reread = async (text: string) => {
    await writeFile(file(), text);
    for (const { application } of [first, second]) await application.get(PolicyChanges).rereadFile();
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-policy-'));
    database = await newDatabase();
    await writeFile(
      join(folder, 'resources.json'),
      JSON.stringify([{ identifier: SERVER, name: 'Files', scopes: SCOPES }]),
    );
    await writeFile(file(), rules('files:read, files:write'));
    const port = await freePort();
    environment = {
      MCP_AUTH_ISSUER: `http://localhost:${port}`,
      PORT: String(port),
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_RESOURCES: join(folder, 'resources.json'),
      MCP_AUTH_POLICY_FILE: file(),
      MCP_AUTH_DEMO: 'off',
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, PORT: String(await freePort()) }, false, first.clock);
    await first.addMember(MEMBER, ['engineering']);
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await reread(rules('files:read, files:write'));
    first.clock.advance(2);
  });

  const introspectable = async (token: string, { origin }: Standalone) =>
    (await fetch(`${origin}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status === 200;

  it('takes effect on the other replica within a second, fifty times of fifty', async () => {
    const client = await new ServiceClient(first, SERVER).register();
    let { access_token: token, refresh_token: refresh } = await client.tokens(
      MEMBER,
      'openid files:read files:write',
    );
    const times: number[] = [];
    for (let round = 0; round < 50; round++) {
      const narrow = round % 2 === 0;
      expect(await introspectable(token, second)).toBe(true);
      const started = performance.now();
      await writeFile(file(), rules(narrow ? 'files:read' : 'files:read, files:write'));
      for (const { application } of [second, first]) await application.get(PolicyChanges).rereadFile();
      await eventually(async () => !(await introspectable(token, second)));
      times.push(performance.now() - started);
      const { status, body } = await client.refresh(refresh, second.origin);
      expect(status).toBe(200);
      ({ access_token: token, refresh_token: refresh } = body);
      expect(decodeJwt(token)['scope']).toBe(narrow ? 'openid files:read' : 'openid files:read files:write');
      first.clock.advance(2);
    }
    const sorted = times.toSorted((one, other) => one - other);
    console.info(
      `Felt on the other replica: median ${sorted[25]?.toFixed(0)} ms, longest ${sorted.at(-1)?.toFixed(0)} ms.`,
    );
    expect(sorted[25]).toBeLessThan(1_000);
  });

  it('keeps the old rules when the new ones are wrong', async () => {
    await reread('rules: [');
    const client = await new ServiceClient(first, SERVER).register();
    expect((await client.tokens(MEMBER, 'files:read')).scope).toBe('files:read');
  });

  it.each([
    ['first', 'second'],
    ['second', 'first'],
  ])('takes back what the other issued by the old file, when the %s replica rereads first', async (order) => {
    const [early, late] = order === 'first' ? [first, second] : [second, first];
    const client = await new ServiceClient(first, SERVER).register();
    const { refresh_token: refresh } = await client.tokens(MEMBER, 'openid files:write files:read');
    await writeFile(file(), rules('files:read'));
    await early.application.get(PolicyChanges).rereadFile();
    first.clock.advance(2);
    const { access_token: token } = (await client.refresh(refresh, late.origin)).body;
    expect(decodeJwt(token)['scope']).toBe('openid files:write files:read');
    await late.application.get(PolicyChanges).rereadFile();
    for (const replica of [first, second])
      await eventually(async () => !(await introspectable(token, replica)));
  });

  it('takes back what a replica issued by the old file that ended without a word', async () => {
    const client = await new ServiceClient(first, SERVER).register();
    const { refresh_token: refresh } = await client.tokens(MEMBER, 'openid files:write files:read');
    await writeFile(file(), rules('files:read'));
    await first.application.get(PolicyChanges).rereadFile();
    first.clock.advance(2);
    const { access_token: token } = (await client.refresh(refresh, second.origin)).body;
    expect(decodeJwt(token)['scope']).toBe('openid files:write files:read');
    const dead = second;
    second = await startStandalone({ ...environment, PORT: String(await freePort()) }, false, first.clock);
    await eventually(async () => !(await introspectable(token, first)));
    await dead.close();
  });

  it('takes back what a replica issued by the old file when it ends', async () => {
    const client = await new ServiceClient(first, SERVER).register();
    const { refresh_token: refresh } = await client.tokens(MEMBER, 'openid files:write files:read');
    await writeFile(file(), rules('files:read'));
    await first.application.get(PolicyChanges).rereadFile();
    first.clock.advance(2);
    const { access_token: token } = (await client.refresh(refresh, second.origin)).body;
    await second.close();
    await eventually(async () => !(await introspectable(token, first)));
    second = await startStandalone({ ...environment, PORT: String(await freePort()) }, false, first.clock);
  });

  it.each(['', '# nothing', 'providers: []'])(
    'keeps the rules when the file holds none: %j',
    async (text) => {
      await reread(text);
      for (const { application } of [first, second]) expect(application.get(PolicyStore).isFile).toBe(true);
    },
  );

  it('changes nothing when a change cannot be announced', async () => {
    const store = first.application.get(PolicyStore);
    const before = await store.read();
    await first.dataSource.query('ALTER TABLE mcp_auth."appliedPolicy" RENAME TO "away"');
    await writeFile(file(), rules('files:read'));
    await first.application.get(PolicyChanges).rereadFile();
    await first.dataSource.query('ALTER TABLE mcp_auth."away" RENAME TO "appliedPolicy"');
    expect(await store.read()).toEqual(before);
  });

  it('is felt at the next start too', async () => {
    const client = await new ServiceClient(first, SERVER).register();
    const { access_token: token } = await client.tokens(MEMBER, 'openid files:write files:read');
    await writeFile(file(), rules('files:read'));
    await second.close();
    second = await startStandalone({ ...environment, PORT: String(await freePort()) }, false, first.clock);
    await eventually(async () => !(await introspectable(token, first)));
  });

  it('lets in listed clients alone', async () => {
    await reread(rules('files:read', 'clients: { mode: allow-list, allowed: [https://client.example/] }\n'));
    const listed = await new ServiceClient(first, SERVER).register();
    await eventually(async () => {
      const local = await new ServiceClient(first, SERVER, 'http://127.0.0.1:9999/callback').register();
      return (await local.authorize(MEMBER, 'files:read')).body.includes('not one of those that may be used');
    });
    expect((await listed.tokens(MEMBER, 'files:read')).scope).toBe('files:read');
  });

  it('lets a client wait until an administrator agrees, and go when they change their mind', async () => {
    await reread(rules('files:read', 'clients: { mode: approval }\n'));
    const client = await new ServiceClient(first, SERVER).register();
    await eventually(async () =>
      (await client.authorize(MEMBER, 'files:read')).body.includes('Waiting for approval'),
    );
    const browser = await signedIn(
      second,
      ADMINISTRATOR.email,
      PASSWORD,
      new Browser({ [first.issuer]: second.origin }),
    );
    expect((await decide(first, browser, client.clientId)).status).toBe(303);
    await eventually(async () => (await client.authorize(MEMBER, 'files:read')).body.includes('approve'));
    const tokens = await client.tokens(MEMBER, 'files:read');
    expect((await takeBack(first, browser, client.clientId)).status).toBe(303);
    await eventually(async () => {
      const page = await client.authorize(MEMBER, 'files:read');
      return page.body.includes('Waiting for approval');
    });
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
  });
});
