import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AccountDirectory,
  McpAuthModule,
  McpConnections,
  McpRevocations,
  McpSessions,
} from '../../src/index.js';
import { McpResourceModule } from '../../src/resource.js';
import { startService, type TestService, postgresUrl } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';

@Injectable()
class NoAccounts extends AccountDirectory {
  async find() {
    return null;
  }
}

describe('an application context: a seed script, a worker or a command', () => {
  let context: INestApplicationContext | undefined;
  let service: TestService | undefined;

  afterEach(async () => {
    await context?.close();
    await service?.close();
    [context, service] = [undefined, undefined];
  });

  const start = async (auth: ReturnType<typeof McpAuthModule.forRoot>) => {
    @Module({ imports: [auth], providers: [NoAccounts] })
    class Worker {}
    context = await NestFactory.createApplicationContext(Worker, { logger: false, abortOnError: false });
    return context;
  };

  it.skipIf(!postgresUrl)('has what McpAuthModule provides, beside a service, and no endpoints', async () => {
    service = await startService();
    const client = await new OAuthTestClient(service).register();
    const { access_token: token } = await client.tokens();
    const { issuer, resource, database, secret, clock } = service;
    const worker = await start(
      McpAuthModule.forRoot({
        issuer,
        resource,
        loginPage: '/sign-in',
        database,
        secret,
        clock,
        accounts: NoAccounts,
      }),
    );
    const sessions = worker.get(McpSessions);
    const headers = { authorization: `Bearer ${token}` };
    expect(await sessions.fromHeaders(headers)).toMatchObject({ userId: 'alice' });
    expect(await worker.get(McpConnections).ofUser('alice')).toHaveLength(1);
    await worker.get(McpRevocations).revokeUser('alice');
    expect(await sessions.fromHeaders(headers)).toBeNull();
    await eventually(async () => (await client.call(token)).status === 401);
  });

  it('has what McpResourceModule provides', async () => {
    const worker = await start(
      McpResourceModule.forRoot({
        issuer: 'https://auth.example.com',
        resource: 'https://tools.example.com/mcp',
      }),
    );
    expect(await worker.get(McpSessions).fromHeaders({})).toBeNull();
  });
});
