import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { fillDataDir } from '../support/data-dir.js';
import { within } from '../support/eventually.js';
import { compileExample } from '../support/example-program.js';
import { freePort } from '../support/free-port.js';
import { snippets } from '../support/how-to.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { CONTEXT_DEPENDENCIES, installPacked } from '../support/packed-host.js';

const run = promisify(execFile);
const about = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

describe('what the how-to pages have, in a host with the packed library', () => {
  let folder: string;
  let service: TestService;
  let client: OAuthTestClient;
  let origin: string;
  let port: number;
  let token: string;
  let strong: string;
  let host: ChildProcess | undefined;

  beforeAll(async () => {
    port = await freePort();
    origin = `http://localhost:${port}`;
    const resource = `${origin}/mcp`;
    service = await startService({ remoteResource: resource });
    client = await new OAuthTestClient(service).register();
    ({ access_token: token } = await client.tokens({ resource, scope: 'tools:use' }));
    ({ access_token: strong } = await client.tokens({ resource, scope: 'tools:use tools:other' }));
    folder = await installPacked(CONTEXT_DEPENDENCIES);
  }, 300_000);
  afterAll(async () => {
    host?.kill();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs an application in place of the one before, until it says that it has started. */
  const start = async (name: string, source: string) => {
    host?.kill();
    const place = join(folder, name);
    await mkdir(place);
    let log = '';
    const program = spawn(process.execPath, [await compileExample(source, place)], {
      cwd: place,
      env: { PATH: process.env['PATH'], NO_COLOR: '1', PORT: String(port), ISSUER: service.issuer },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    host = program;
    for (const stream of [program.stdout, program.stderr])
      stream?.on('data', (text) => (log += String(text)));
    // Nest says that it has started before it listens.
    await within(110_000, () => {
      if (program.exitCode !== null) throw new Error(log);
      if (!log.includes('Nest application successfully started')) return false;
      return fetch(origin).then(
        () => true,
        () => false,
      );
    });
  };

  const rpc = async (method: string, params: object, sent: string | null = token, more: object = {}) => {
    const response = await fetch(`${origin}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(sent !== null && { authorization: `Bearer ${sent}` }),
        ...more,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const tool = (name: string, sent?: string | null, more?: object) =>
    rpc('tools/call', { name, arguments: {} }, sent, more);

  describe('docs/how-to/rekog.md', () => {
    beforeAll(async () => {
      const [source = ''] = await snippets('rekog.md', 'ts');
      await start('rekog', source);
    });

    it('asks for a token at the route, and says in a tool who calls', async () => {
      expect((await tool('read_note', null)).status).toBe(401);
      expect((await tool('read_note')).text).toContain('The note of alice');
    });

    it('keeps a tool from those who lack its scopes, by the decorators of the class', async () => {
      const refused = await tool('delete_note');
      expect(refused.text).not.toContain('is deleted');
      expect((await tool('delete_note', strong)).text).toContain('The note of alice is deleted');
    });

    it('says by `may` and `permitted` what a session may call', async () => {
      expect((await tool('menu')).text).toContain('"text":"read_note"');
      expect((await tool('menu', strong)).text).toContain('"text":"read_note, delete_note"');
    });

    it('shows what somebody may use', async () => {
      const [weak, other] = [await rpc('tools/list', {}), await rpc('tools/list', {}, strong)];
      expect([weak.text.includes('read_note'), weak.text.includes('delete_note')]).toEqual([true, false]);
      expect(other.text).toContain('delete_note');
    });

    it.each(['note://7/history', 'other://7/history', 'NOTE://7/history'])(
      'guards the resource %s where it is read, whatever its scheme',
      async (uri) => {
        const refused = await rpc('resources/read', { uri });
        expect(refused.text).not.toContain('a secret');
        expect((await rpc('resources/read', { uri }, strong)).text).toContain('a secret');
      },
    );
  });

  describe('docs/how-to/sdk-server.md', () => {
    let session: { 'mcp-session-id': string };

    beforeAll(async () => {
      const [source = ''] = await snippets('sdk-server.md', 'ts');
      await start('sessions', source);
      const begun = await rpc('initialize', about);
      session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    });

    it('remembers a session', async () => {
      expect((await tool('read_note', token, session)).text).toContain('The note of alice, read 1 times');
      expect((await tool('read_note', token, session)).text).toContain('The note of alice, read 2 times');
    });

    it('asks for a token whatever the session, and gives it to nobody else (MCP, Security Best Practices, Session Hijacking)', async () => {
      expect((await tool('read_note', null, session)).status).toBe(401);
      const other = await new OAuthTestClient(service).register();
      const { access_token: foreign } = await other.tokens({ resource: `${origin}/mcp`, scope: 'tools:use' });
      const refused = await tool('read_note', foreign, session);
      expect([refused.status, refused.text.includes('alice')]).toEqual([404, false]);
      expect((await tool('read_note', token, { 'mcp-session-id': 'unknown' })).status).toBe(404);
      expect((await tool('read_note')).status).toBe(404);
      expect((await tool('read_note', token, session)).text).toContain('read 3 times');
    });

    it('keeps nothing of a beginning that is refused', async () => {
      const refused = await rpc('initialize', about, token, { accept: 'text/plain' });
      expect([refused.status, refused.headers.get('mcp-session-id')]).toEqual([406, null]);
    });

    it('is over for good once its client ends it', async () => {
      const headers = { authorization: `Bearer ${token}`, ...session };
      expect((await fetch(`${origin}/mcp`, { method: 'DELETE', headers })).status).toBe(200);
      expect((await tool('read_note', token, session)).status).toBe(404);
    });
  });

  it('docs/how-to/graphql.md keeps the request of a connection with ws', async () => {
    const [source = '', keeping = ''] = await snippets('graphql.md', 'ts');
    const withWs = source
      .replace('class NotesGateway {', `class NotesGateway {\n${keeping}`)
      .replace(
        /^const application = .*$/m,
        '$&\napplication.useWebSocketAdapter(new WsAdapter(application));',
      )
      .replace(/^/, "import { WsAdapter } from '@nestjs/platform-ws';\n");
    await start('ws', withWs);
    await writeFile(join(folder, 'ws.mjs'), SOCKETS);
    const said = async (sent: string) =>
      (await run(process.execPath, ['ws.mjs', origin.replace('http', 'ws'), sent], { cwd: folder })).stdout;
    expect(JSON.parse(await said(token))).toEqual({ event: 'whoami', data: 'alice' });
    expect(JSON.parse(await said('x.y.z'))).toMatchObject({
      event: 'exception',
      data: { error: 'invalid_token' },
    });
  });

  it.each(['McpAuthModule', 'McpResourceModule'])(
    '%s works in a microservice without HTTP (createMicroservice)',
    async (name) => {
      const data = join(folder, 'data');
      await fillDataDir(data);
      await writeFile(join(folder, 'microservice.mjs'), MICROSERVICE);
      const parameters = ['microservice.mjs', name, String(await freePort()), data];
      const { stdout, stderr } = await run(process.execPath, parameters, { cwd: folder });
      expect(JSON.parse(stdout)).toEqual({ session: null, asked: 'pong' });
      expect(stderr).toBe('');
    },
  );

  it('docs/how-to/fastify.md is the example that is tried', async () => {
    const example = await readFile(join(import.meta.dirname, '../../examples/fastify/src/main.ts'), 'utf8');
    expect(await snippets('fastify.md', 'ts')).toContain(example);
  });
});

/** Sends one message with a token in the handshake, and prints what comes back. */
const SOCKETS = `
import WebSocket from 'ws';
const [, , url, token] = process.argv;
const socket = new WebSocket(url, { headers: { authorization: 'Bearer ' + token } });
socket.on('open', () => socket.send(JSON.stringify({ event: 'whoami', data: {} })));
socket.on('message', (text) => {
  console.log(String(text));
  socket.close();
});
`;

/** Starts, asks itself something over TCP, and ends. */
const MICROSERVICE = `
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { AccountDirectory, McpAuthModule, McpSessions } from 'nestjs-mcp-auth';
import { McpResourceModule } from 'nestjs-mcp-auth/resource';
import { firstValueFrom } from 'rxjs';

const [, , name, port, dataDir] = process.argv;
const [issuer, resource] = ['https://auth.example.com', 'https://tools.example.com/mcp'];
class Nobody extends AccountDirectory { async find() { return null; } }
class Pings { ping() { return 'pong'; } }
MessagePattern('ping')(Pings.prototype, 'ping', Object.getOwnPropertyDescriptor(Pings.prototype, 'ping'));
Controller()(Pings);
class App {}
const auth = name === 'McpResourceModule'
  ? McpResourceModule.forRoot({ issuer, resource })
  : McpAuthModule.forRoot({
      issuer, resource, loginPage: 'https://tools.example.com/sign-in', accounts: Nobody, database: { dataDir },
    });
Module({ imports: [auth], controllers: [Pings], providers: [Nobody] })(App);
const tcp = { transport: Transport.TCP, options: { port: Number(port) } };
const app = await NestFactory.createMicroservice(App, { ...tcp, logger: ['error', 'warn'] });
await app.listen();
const client = ClientProxyFactory.create(tcp);
const asked = await firstValueFrom(client.send('ping', {}));
const session = await app.get(McpSessions).fromHeaders({});
console.log(JSON.stringify({ session, asked }));
await client.close();
await app.close();
`;
