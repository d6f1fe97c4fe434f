// A server with a guarded and an unguarded controller, which the benchmarks fork and talk to by messages.
import 'reflect-metadata';
import { Controller, Injectable, Module, Post, UnauthorizedException, UseGuards } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { SignJWT } from 'jose';
import { AccountDirectory, McpAuthGuard, McpAuthModule, McpRevocations } from '../dist/index.js';

const { port, issuer, secret, database, introspection, serviceAccounts, people, platform } = JSON.parse(
  process.argv[2],
);

const authenticatedAt = new Date();
class Users extends AccountDirectory {
  find = async (id) => (people ? { id } : null);
  /** Whoever asks is who their cookie says. */
  current = async ({ headers }) => {
    const [, accountId] = /person=(\w+)/.exec(headers.cookie ?? '') ?? [];
    return people && accountId ? { accountId, authenticatedAt } : undefined;
  };
}
Injectable()(Users);

/** The floor of a refusal. */
class Refusing {
  canActivate = async () => {
    throw new UnauthorizedException();
  };
}

/** The floor: what a guard costs that does nothing. */
class Open {
  canActivate = async () => true;
}

function controller(path, guards) {
  class Tools {
    call() {
      return { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'hello' }] } };
    }
  }
  Post()(Tools.prototype, 'call', Object.getOwnPropertyDescriptor(Tools.prototype, 'call'));
  if (guards.length > 0) UseGuards(...guards)(Tools);
  Controller(path)(Tools);
  return Tools;
}

class BenchModule {}
Module({
  imports: [
    McpAuthModule.forRoot({
      issuer,
      ...(secret && { secret }),
      ...(serviceAccounts && { serviceAccounts }),
      resource: { identifier: `${issuer}/mcp`, ...(introspection && { introspection }) },
      scopes: { tools: 'Use tools' },
      loginPage: `${issuer}/sign-in`,
      database,
      accounts: Users,
      ...(people && { rateLimit: false }),
    }),
  ],
  controllers: [
    controller('plain', []),
    controller('open', [new Open()]),
    controller('refusing', [new Refusing()]),
    controller('mcp', [McpAuthGuard]),
  ],
  providers: [Users],
})(BenchModule);

const started = performance.now();
const adapter =
  platform === 'fastify' ? [new (await import('@nestjs/platform-fastify')).FastifyAdapter()] : [];
const application = await NestFactory.create(BenchModule, ...adapter, { logger: false });
await application.listen(port, '127.0.0.1');
const startTime = performance.now() - started;

// What the options define is written down once it listens; whoever asks by then waits for it.
await fetch(`http://127.0.0.1:${port}/jwks`);
/** What signs, which is no part of the public API. */
const [keys] = [...application.get(ModulesContainer).values()].flatMap(({ providers }) =>
  [...providers.values()].filter(({ name }) => name === 'SigningKeys'),
);
const { kid, alg, privateKey } = keys.instance.signing('ES256');
const now = Math.floor(Date.now() / 1000);
const token = (userId) =>
  new SignJWT({
    iss: issuer,
    sub: userId,
    aud: `${issuer}/mcp`,
    exp: now + 3_600,
    iat: now,
    jti: crypto.randomUUID(),
    client_id: 'bench',
    scope: 'tools',
    grant_id: crypto.randomUUID(),
    iat_ms: now * 1000,
  })
    .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
    .sign(privateKey);

const answers = {
  startTime: () => startTime,
  cpu: () => process.cpuUsage(),
  memory: () => process.memoryUsage().rss,
  /** Bytes that are alive after a collection; needs `node --expose-gc`. */
  heap: () => {
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  },
  /** One token for each user id. */
  tokens: (userIds) => Promise.all(userIds.map(token)),
  revokeUser: (userId) => application.get(McpRevocations, { strict: false }).revokeUser(userId),
};

process.on('message', ({ id, ask, value }) => {
  void Promise.resolve(answers[ask](value)).then((answer) => process.send({ id, answer: answer ?? null }));
});
process.send({ id: 0 });
