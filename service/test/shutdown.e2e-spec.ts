import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.js';
import { eventually } from '../../test/support/eventually.js';
import { ServiceClient } from './support/service-client.js';
import { type ServiceProcess, startProcess } from './support/service-process.js';
import { beginForm } from '../../test/support/slow-request.js';
import { ADMINISTRATOR, PASSWORD } from './support/standalone.js';

/** A proxy's connection: it stays open from one request to the next. */
class KeptConnection {
  private readonly socket: Socket;
  readonly ended: Promise<void>;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1').setEncoding('utf8');
    this.ended = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  /** The answer as it stands on the wire. */
  async get(path: string): Promise<string> {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const [answer] = (await once(this.socket, 'data')) as [string];
    return answer;
  }
}

describe('the end of the service', () => {
  let dataDir: string;
  let port: number;
  let service: ServiceProcess;
  let client: ServiceClient;

  const start = async (environment: NodeJS.ProcessEnv = {}) => {
    service = await startProcess(port, {
      MCP_AUTH_DATA_DIR: dataDir,
      MCP_AUTH_ADMIN_EMAIL: ADMINISTRATOR.email,
      MCP_AUTH_ADMIN_PASSWORD: PASSWORD,
      ...environment,
    });
    const issuer = `http://localhost:${port}`;
    client = await new ServiceClient({ issuer }, `${issuer}/mcp`).register();
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-shutdown-'));
    port = await freePort();
  });
  afterEach(async () => {
    service.child.kill('SIGKILL');
    await service.ended;
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const readiness = async () => (await fetch(`${service.origin}/health/ready`)).status;

  it('finishes a token exchange and a sign-in that are under way, says that it leaves, and ends with code 0', async () => {
    await start();
    const fields = await client.codeRequest(ADMINISTRATOR.email, 'mcp:tools');
    const exchange = await beginForm(`${service.origin}/token`, fields);
    const signIn = await beginForm(`${service.origin}/sign-in`, { email: 'x', password: 'y', csrf: 'z' });
    service.child.kill('SIGTERM');
    await eventually(async () => (await readiness()) === 503);
    const health = await fetch(`${service.origin}/health/ready`);
    expect(await health.json()).toMatchObject({ status: 'ending', database: 'up' });
    expect(health.headers.get('connection')).toBe('close');

    const tokens = await exchange.finish();
    expect([tokens.status, tokens.headers.connection]).toEqual([200, 'close']);
    expect(JSON.parse(tokens.body)).toMatchObject({ access_token: expect.any(String) as string });
    expect((await signIn.finish()).status).toBe(403);
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await expect(readiness()).rejects.toThrow();
  });

  it('is not held up by connections that ask for nothing', async () => {
    await start();
    const idle = connect(port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const begun = performance.now();
    service.child.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(15_000);
    idle.destroy();
  });

  it('waits for whoever keeps a connection open, answers what comes there, and ends it with the answer (RFC 9112 §9.5)', async () => {
    await start();
    const kept = new KeptConnection(port);
    expect(await kept.get('/jwks')).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: keep-alive/);
    service.child.kill('SIGTERM');
    await eventually(async () => (await readiness()) === 503);
    expect(await kept.get('/jwks')).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: close/);
    await kept.ended;
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });

  it('comes after MCP_AUTH_SHUTDOWN_TIMEOUT, whatever is under way', async () => {
    await start({ MCP_AUTH_SHUTDOWN_TIMEOUT: '1' });
    const exchange = await beginForm(`${service.origin}/token`, { grant_type: 'refresh_token' });
    service.child.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await expect(exchange.finish()).rejects.toThrow();
  });

  it('comes at once with a second signal', async () => {
    await start();
    await beginForm(`${service.origin}/token`, { grant_type: 'refresh_token' });
    service.child.kill('SIGTERM');
    await eventually(async () => (await readiness()) === 503);
    service.child.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: 143, signal: null });
  });
});
