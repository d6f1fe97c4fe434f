// What the guard adds to a call: CPU time of the server for the same request, unguarded and guarded, in one run.
//   npm run build && node bench/guard.mjs
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REQUESTS = 2_000;
const ROUNDS = 15;
const CONCURRENCY = 16;
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { message: 'hello' } },
});

if (process.send) await serve();
else await measure();

async function serve() {
  const { Controller, Module, Post, UseGuards, Injectable } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const { SignJWT } = await import('jose');
  const { AccountDirectory, McpAuthGuard, McpAuthModule } = await import('../dist/src/index.js');
  const { SigningKeys } = await import('../dist/src/tokens/signing-keys.js');
  const [, , port, dataDir] = process.argv;
  const issuer = `http://localhost:${port}`;

  class Users extends AccountDirectory {
    find = async () => null;
  }
  Injectable()(Users);
  const controller = (path, guards) => {
    class Tools {
      call() {
        return { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'hello' }] } };
      }
    }
    Post()(Tools.prototype, 'call', Object.getOwnPropertyDescriptor(Tools.prototype, 'call'));
    if (guards.length > 0) UseGuards(...guards)(Tools);
    Controller(path)(Tools);
    return Tools;
  };
  class BenchModule {}
  Module({
    imports: [
      McpAuthModule.forRoot({
        issuer,
        resource: `${issuer}/mcp`,
        scopes: { tools: 'Use tools' },
        loginPage: '/sign-in',
        database: { dataDir },
        accounts: Users,
      }),
    ],
    controllers: [controller('plain', []), controller('mcp', [McpAuthGuard])],
    providers: [Users],
  })(BenchModule);
  const application = await NestFactory.create(BenchModule, { logger: false });
  await application.listen(Number(port), '127.0.0.1');

  const { kid, alg, privateKey } = application.get(SigningKeys, { strict: false }).signing('ES256');
  const now = Math.floor(Date.now() / 1000);
  const token = (jti) =>
    new SignJWT({
      iss: issuer,
      sub: 'alice',
      aud: `${issuer}/mcp`,
      exp: now + 3_600,
      iat: now,
      jti,
      client_id: 'bench',
      scope: 'tools',
      grant_id: 'g',
      iat_ms: now * 1000,
    })
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .sign(privateKey);
  process.on('message', async ({ tokens, cpu }) => {
    if (tokens)
      process.send(await Promise.all(Array.from({ length: tokens }, () => token(crypto.randomUUID()))));
    if (cpu) process.send(process.cpuUsage());
  });
  process.send('ready');
}

async function measure() {
  const port = 20_000 + (process.pid % 20_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'mcp-auth-bench-'));
  const server = fork(import.meta.filename, [String(port), dataDir]);
  const ask = (message) =>
    new Promise((resolve) => {
      server.once('message', resolve);
      if (message) server.send(message);
    });
  await ask();
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const post = (path, token) =>
    new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': BODY.length,
        ...(token && { authorization: `Bearer ${token}` }),
      };
      request({ port, host: '127.0.0.1', path, method: 'POST', agent, headers }, (response) => {
        response
          .resume()
          .on('end', () =>
            response.statusCode === 201 ? resolve() : reject(new Error(`${path}: ${response.statusCode}`)),
          );
      })
        .on('error', reject)
        .end(BODY);
    });
  const run = async (path, tokens) => {
    const before = await ask({ cpu: true });
    let next = 0;
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        while (next < REQUESTS) await post(path, tokens?.[next++ % tokens.length] ?? (next++, undefined));
      }),
    );
    const after = await ask({ cpu: true });
    return (after.user + after.system - before.user - before.system) / REQUESTS;
  };
  const [seen] = [await ask({ tokens: 1 })];
  const results = { plain: [], seen: [], first: [] };
  await run('/plain', seen);
  await run('/mcp', seen);
  for (let round = 0; round < ROUNDS; round++) {
    results.plain.push(await run('/plain', seen));
    results.seen.push(await run('/mcp', seen));
    results.first.push(await run('/mcp', await ask({ tokens: REQUESTS })));
  }
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const [plain, known, first] = [results.plain, results.seen, results.first].map(median);
  const percent = (value) => `${(((value - plain) / plain) * 100).toFixed(1)} %`;
  console.log(
    `unguarded          ${plain.toFixed(1)} µs CPU per request (median of ${ROUNDS} rounds of ${REQUESTS})`,
  );
  console.log(`token seen before  ${known.toFixed(1)} µs, ${percent(known)} more`);
  console.log(`token seen first   ${first.toFixed(1)} µs, ${percent(first)} more`);
  server.kill();
  agent.destroy();
  rmSync(dataDir, { recursive: true, force: true });
}
