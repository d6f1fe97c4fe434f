import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { within } from '../support/eventually.js';
import { compileExample } from '../support/example-program.js';
import { freePort } from '../support/free-port.js';
import { snippets } from '../support/how-to.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { CONTEXT_DEPENDENCIES, installPacked } from '../support/packed-host.js';

const run = promisify(execFile);

describe('the guard in GraphQL, WebSockets, microservices and @rekog/mcp-nest, as the page has it', () => {
  let folder: string;
  let host: ChildProcess;
  let service: TestService;
  let token: string;
  let origin: string;
  let port: number;
  let log = '';

  beforeAll(async () => {
    port = await freePort();
    origin = `http://localhost:${port}`;
    const resource = `${origin}/mcp`;
    service = await startService({ remoteResource: resource });
    const client = await new OAuthTestClient(service).register();
    ({ access_token: token } = await client.tokens({ resource, scope: 'tools:use' }));
    folder = await installPacked(CONTEXT_DEPENDENCIES);
    const [source = ''] = await snippets('graphql.md', 'ts');
    await writeFile(join(folder, 'sockets.mjs'), SOCKETS);
    await writeFile(join(folder, 'messages.mjs'), MESSAGES);
    host = spawn(process.execPath, [await compileExample(source, folder)], {
      cwd: folder,
      env: { PATH: process.env['PATH'], NO_COLOR: '1', PORT: String(port), ISSUER: service.issuer },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [host.stdout, host.stderr]) stream?.on('data', (text) => (log += String(text)));
    await within(110_000, () => {
      if (host.exitCode !== null) throw new Error(log);
      return log.includes('Nest application successfully started');
    });
  }, 300_000);
  afterAll(async () => {
    host?.kill();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const post = async (path: string, body: object, sent: string | null = token) => {
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(sent !== null && { authorization: `Bearer ${sent}` }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('finds the request in a resolver, and gives it the session', async () => {
    const answer = await post('/graphql', { query: '{ whoami }' });
    expect(JSON.parse(answer.text)).toEqual({ data: { whoami: 'alice' } });
  });

  it.each([
    [null, '{ whoami }', 'Unauthorized: Authentication is required.'],
    ['x.y.z', '{ whoami }', 'Unauthorized: The access token is malformed.'],
    [undefined, '{ secret }', 'Forbidden: The access token lacks the scope tools:other.'],
  ])('refuses the token %j for %s in the way of GraphQL', async (sent, query, message) => {
    const answer = await post('/graphql', { query }, sent === undefined ? token : sent);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('"alice"');
    expect(JSON.parse(answer.text)).toMatchObject({ data: null, errors: [{ message }] });
  });

  const sockets = async (sent: string) => {
    const { stdout } = await run(process.execPath, ['sockets.mjs', origin, sent], { cwd: folder });
    return JSON.parse(stdout) as object;
  };

  it('finds the request of a connection in a gateway, and tells the client of a refusal', async () => {
    expect(await sockets(token)).toEqual({
      whoami: 'alice',
      secret: {
        status: 'error',
        error: 'insufficient_scope',
        message: 'Forbidden: The access token lacks the scope tools:other.',
      },
    });
    expect(await sockets('x.y.z')).toMatchObject({
      whoami: { error: 'invalid_token', message: 'Unauthorized: The access token is malformed.' },
    });
  });

  const tool = (name: string, sent?: string | null) =>
    post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } }, sent);

  it('finds the request in a tool of @rekog/mcp-nest, and tells the client of a refusal', async () => {
    expect((await tool('whoami')).text).toContain('"text":"alice"');
    const refused = await tool('secret');
    expect(refused.text).toContain('Forbidden: The access token lacks the scope tools:other.');
    expect(refused.text).not.toContain('a secret');
    const challenged = await tool('whoami', null);
    expect(challenged.status).toBe(401);
    expect(challenged.headers.get('www-authenticate')).toContain('resource_metadata=');
  });

  it('refuses a message of a microservice, and says in one sentence why', async () => {
    const { stdout } = await run(process.execPath, ['messages.mjs', String(port + 1000)], { cwd: folder });
    expect(stdout).not.toContain('alice');
    expect(log).toContain(
      'McpAuthGuard finds no HTTP request in the rpc context of Messages.whoami: guard what takes the HTTP request, since a message of a microservice carries no token.',
    );
  });
});

/** Sends two messages with a token in the handshake, and prints what comes back. */
const SOCKETS = `
import { io } from 'socket.io-client';
const [, , url, token] = process.argv;
const socket = io(url, { extraHeaders: { authorization: 'Bearer ' + token }, transports: ['websocket'] });
const answer = (name) =>
  new Promise((resolve) => {
    socket.once(name, resolve);
    socket.once('exception', ({ cause, ...error }) => resolve(error));
    socket.emit(name, {});
  }).finally(() => socket.removeAllListeners());
await new Promise((resolve) => socket.once('connect', resolve));
console.log(JSON.stringify({ whoami: await answer('whoami'), secret: await answer('secret') }));
socket.close();
`;

/** Sends one message over TCP, and prints what comes back. */
const MESSAGES = `
import 'reflect-metadata';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port: Number(process.argv[2]) } });
console.log(JSON.stringify(await firstValueFrom(client.send('whoami', {})).catch((error) => error)));
await client.close();
`;
