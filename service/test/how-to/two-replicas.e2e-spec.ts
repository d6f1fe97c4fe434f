import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../../test/support/app.js';
import { freePort } from '../../../test/support/free-port.js';
import { encode } from '../../../test/support/browser.js';
import { eventually, within } from '../../../test/support/eventually.js';
import { snippets } from '../../../test/support/how-to.js';
import { hasNginx, reloadNginx, startNginx } from '../support/nginx.js';
import { newDatabase } from '../../../test/support/postgres.js';
import { ServiceClient } from '../support/service-client.js';
import { newSecret, type ServiceProcess, startProcess } from '../support/service-process.js';
import { ADMINISTRATOR, PASSWORD } from '../support/standalone.js';

describe.skipIf(!hasNginx || !postgresUrl)('docs/how-to/two-replicas-behind-nginx.md', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let nginx: ChildProcess;
  let replicas: ServiceProcess[];
  let issuer: string;
  let environment: NodeJS.ProcessEnv;
  /** Of nginx, with the ports of this test. */
  let configuration: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-nginx-'));
    database = await newDatabase();
    const [front, ...ports] = [await freePort(), await freePort(), await freePort()];
    issuer = `http://localhost:${front}`;
    const [shown = ''] = await snippets('two-replicas-behind-nginx.md', 'ini');
    environment = {
      ...Object.fromEntries(
        shown
          .trim()
          .split('\n')
          .map((line): [string, string] => [
            line.slice(0, line.indexOf('=')),
            line.slice(line.indexOf('=') + 1),
          ]),
      ),
      MCP_AUTH_ISSUER: issuer,
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: newSecret(),
      MCP_AUTH_ADMIN_EMAIL: ADMINISTRATOR.email,
      MCP_AUTH_ADMIN_PASSWORD: PASSWORD,
      MCP_AUTH_LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
    };
    replicas = await Promise.all(ports.map((port) => startProcess(port, environment)));
    const [page = ''] = await snippets('two-replicas-behind-nginx.md', 'nginx');
    // Tests have ports of their own; nothing else is changed.
    const addresses = { 8080: front, 3001: ports[0], 3002: ports[1] };
    configuration = page.replaceAll(/\b(8080|3001|3002)\b/g, (port) =>
      String(addresses[port as unknown as keyof typeof addresses]),
    );
    nginx = await startNginx(folder, configuration);
    await eventually(() =>
      fetch(`${issuer}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });

  afterAll(async () => {
    nginx.kill();
    for (const { child, ended } of replicas) {
      child.kill('SIGKILL');
      await ended;
    }
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const both = () => {
    const [first, second] = replicas;
    if (!first || !second) throw new Error('Not started.');
    return [first, second] as const;
  };
  const connect = () => new ServiceClient({ issuer }, `${issuer}/mcp`).register();
  /** Calls the example MCP server, at a replica or through nginx, by the name of the issuer. */
  const call = (origin: string, token: string) => ask(`${origin}/mcp`, 'POST', token);
  /** On a connection of its own: what nginx does to those of clients that stay open is theirs to bear. */
  const ask = (url: string, method: string, token: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        host: new URL(issuer).host,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
      };
      request(url, { method, headers, agent: false }, (response) =>
        response.resume().once('end', () => resolve(response.statusCode)),
      )
        .once('error', reject)
        .end(method === 'POST' ? JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }) : undefined);
    });

  it('leads through an authorization whose requests reach both replicas', async () => {
    const client = await connect();
    const tokens = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    const { status } = await client.refresh(tokens.refresh_token);
    expect(status).toBe(200);
    expect(await call(issuer, tokens.access_token)).toBe(200);
    for (const replica of both())
      expect(replica.output()).toMatch(/"path":"\/(authorize|sign-in|interaction|token|register)/);
  });

  it('names a request by the id that nginx gave it, whatever the client says', async () => {
    const response = await fetch(`${issuer}/jwks`, {
      headers: { 'x-request-id': 'forged', 'x-forwarded-for': '203.0.113.9' },
    });
    const id = response.headers.get('x-request-id') ?? '';
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    await eventually(async () => both().some((replica) => replica.output().includes(`"requestId":"${id}"`)));
  });

  it('refuses at one replica what the other has revoked', async () => {
    const [first, second] = both();
    const client = await connect();
    const tokens = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    for (const { origin } of both()) expect(await call(origin, tokens.access_token)).toBe(200);
    const revoked = await fetch(`${first.origin}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode({ client_id: client.clientId, token: tokens.refresh_token }),
    });
    expect(revoked.status).toBe(200);
    await eventually(async () => (await call(second.origin, tokens.access_token)) === 401);
  });

  it('loses no request, POSTs included, in a restart that nginx is told of, and a POST at most without', async () => {
    const client = await connect();
    const { access_token: token } = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    const load = { isOver: false, answers: [] as string[] };
    const asking = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!load.isOver) {
          load.answers.push(`POST ${await call(issuer, token)}`);
          load.answers.push(`GET ${await ask(`${issuer}/jwks`, 'GET', token)}`);
        }
      }),
    );
    const requests = (replica: ServiceProcess) => replica.output().split('"path":"/jwks"').length;
    /** What nginx answers once a hundred requests have not reached this replica. */
    const left = (replica: ServiceProcess) =>
      within(110_000, async () => {
        const [seen, asked] = [requests(replica), load.answers.length];
        await eventually(() => Promise.resolve(load.answers.length > asked + 100));
        return requests(replica) === seen;
      });
    const restart = async (index: 0 | 1) => {
      const replica = both()[index];
      replica.child.kill('SIGTERM');
      expect(await replica.ended).toEqual({ code: 0, signal: null });
      replicas[index] = await startProcess(Number(new URL(replica.origin).port), environment);
    };
    const [first] = both();
    const { port } = new URL(first.origin);
    const server = `server 127.0.0.1:${port} max_fails=0`;
    expect(configuration).toContain(`${server};`);
    await reloadNginx(nginx, folder, configuration.replace(`${server};`, `${server} down;`));
    await left(first);
    await restart(0);
    await reloadNginx(nginx, folder, configuration);
    await eventually(() => Promise.resolve(requests(both()[0]) > 10));
    const failed = () => load.answers.filter((answer) => !answer.endsWith(' 200'));
    expect(failed()).toEqual([]);
    await restart(1);
    load.isOver = true;
    await asking;
    expect(failed().filter((answer) => answer !== 'POST 502')).toEqual([]);
    expect(failed().length).toBeLessThanOrEqual(1);
    expect(load.answers.length).toBeGreaterThan(400);
  }, 180_000);

  it('goes on with one replica when the other dies in the middle of an authorization', async () => {
    const [first, second] = both();
    const client = await connect();
    const consent = await client.authorize(ADMINISTRATOR.email, 'mcp:tools');
    first.child.kill('SIGKILL');
    await first.ended;
    const exchange = client.codeFrom(await client.approve(consent));
    const tokens = await client.token(exchange);
    expect(tokens.status).toBe(200);
    for (let visit = 0; visit < 6; visit++) {
      expect((await fetch(`${issuer}/sign-in`)).status).toBe(200);
      expect(await call(issuer, tokens.body.access_token)).toBe(200);
    }
    expect((await client.refresh(tokens.body.refresh_token)).status).toBe(200);
    expect(second.output()).toContain('"path":"/token"');
  });
});
