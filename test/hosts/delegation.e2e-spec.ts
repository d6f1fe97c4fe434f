import { Controller, type INestApplication, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AuditEvent,
  AuditLog,
  McpAuthGuard,
  McpDelegation,
  McpSession,
  Resource,
} from '../../src/index.js';
import { McpResourceModule } from '../../src/resource.js';
import { REMOTE_INTROSPECTION, startService, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const events: AuditEvent[] = [];
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

/** Calls another server, as a handler does. */
async function call(url: string, token: string): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as unknown };
}

describe('a server that calls another one for whoever calls it (RFC 8693)', () => {
  let service: TestService;
  let remote: INestApplication;
  let remoteResource: string;
  let client: OAuthTestClient;

  beforeAll(async () => {
    const [port, remotePort] = [await freePort(), await freePort()];
    const origin = `http://localhost:${port}`;
    remoteResource = `http://localhost:${remotePort}/mcp`;

    @Controller('mcp/relay')
    @UseGuards(McpAuthGuard)
    class NotesController {
      constructor(private readonly delegation: McpDelegation) {}

      @Post()
      async relay(@McpSession() session: McpSession) {
        return call(`${origin}/files/who`, await this.delegation.tokenFor(session, `${origin}/files`));
      }

      @Post('elsewhere')
      async elsewhere(@McpSession() session: McpSession) {
        return this.delegation.tokenFor(session, remoteResource);
      }
    }

    @Controller('files/who')
    @UseGuards(McpAuthGuard)
    @Resource(`${origin}/files`)
    class WhoController {
      @Post()
      who(@McpSession() { userId, clientId, scopes, actor }: McpSession) {
        return { userId, clientId, scopes, actor };
      }
    }

    @Controller('mcp')
    @UseGuards(McpAuthGuard)
    class RemoteController {
      constructor(private readonly delegation: McpDelegation) {}

      @Post()
      async call(@McpSession() session: McpSession) {
        return call(
          `${origin}/mcp/relay`,
          await this.delegation.tokenFor(session, `${origin}/mcp`, ['notes:read']),
        );
      }
    }

    service = await startService({
      port,
      remoteResource,
      audit: RecordingLog,
      controllers: [NotesController, WhoController],
      delegations: ({ resource, secondResource }) => [
        { from: remoteResource, to: resource, scopes: ['notes:read'] },
        { from: resource, to: secondResource, scopes: ['files:read'] },
      ],
    });

    @Module({
      imports: [
        McpResourceModule.forRoot({
          issuer: service.issuer,
          resource: { identifier: remoteResource, introspection: REMOTE_INTROSPECTION },
          scopes: { 'tools:use': 'Use tools' },
          clock: service.clock,
        }),
      ],
      controllers: [RemoteController],
    })
    class RemoteModule {}
    remote = await NestFactory.create(RemoteModule, { logger: false, abortOnError: false });
    await remote.listen(remotePort, '127.0.0.1');
  });
  afterAll(async () => {
    await remote.close();
    await service.close();
  });
  beforeEach(async () => {
    service.clock.advance(10);
    client = await new OAuthTestClient(service).register();
    events.length = 0;
  });

  const CHAIN = {
    userId: 'alice',
    clientId: 'notes-server',
    scopes: ['files:read'],
    actor: { sub: 'notes-server', act: { sub: 'remote-server' } },
  };
  const ANSWER = { status: 201, body: { status: 201, body: CHAIN } };
  const tokens = () => client.tokens({ resource: remoteResource, scope: 'tools:use' });
  const exchanges = () =>
    events.filter(({ action, detail }) => action === 'token.issue' && detail?.['actors'] !== undefined)
      .length;

  it('reaches it by two hops, over HTTP and in one process, and each server is named (RFC 8693 §4.1)', async () => {
    const { access_token: token } = await tokens();
    expect(await call(remoteResource, token)).toEqual({ status: 201, body: ANSWER });
    expect(exchanges()).toBe(2);
  });

  it('exchanges once for many calls, in parallel too', async () => {
    const { access_token: token } = await tokens();
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(remoteResource, token)));
    expect(answers).toEqual(answers.map(() => ({ status: 201, body: ANSWER })));
    await call(remoteResource, token);
    expect(exchanges()).toBe(2);
  });

  it('exchanges again when the policy has taken a token back', async () => {
    const { access_token: token } = await client.tokens();
    expect(await call(`${service.resource}/relay`, token)).toMatchObject({ body: { status: 201 } });
    await service.revocations.policyChanged({ resources: [service.secondResource] });
    await eventually(async () => {
      expect(await call(`${service.resource}/relay`, token)).toMatchObject({ status: 201 });
      return exchanges() === 2;
    });
    expect(await call(`${service.resource}/relay`, token)).toMatchObject({ body: { status: 201 } });
    expect(exchanges()).toBe(2);
  });

  it('is told that it may not call a server, and the audit has it', async () => {
    const { access_token: token } = await client.tokens();
    expect(await call(`${service.resource}/relay/elsewhere`, token)).toMatchObject({
      status: 403,
      body: { error: 'access_denied' },
    });
    expect(events.at(-1)).toMatchObject({
      action: 'token.issue',
      outcome: 'refused',
      clientId: 'notes-server',
      resource: remoteResource,
      detail: { error: 'invalid_target' },
    });
  });
});
