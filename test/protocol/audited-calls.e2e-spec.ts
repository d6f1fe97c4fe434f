import {
  Controller,
  HttpCode,
  Injectable,
  type INestApplication,
  Module,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Request, Response } from 'express';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  audited,
  AuditLog,
  type AuditEvent,
  McpAuthGuard,
  McpResourceModule,
  McpSession,
  ToolScopes,
} from '../../src/resource.js';
import { TestTokens } from '../../src/testing.js';
import { startService, type TestService } from '../support/app.js';

const events: AuditEvent[] = [];

@Injectable()
class MemoryLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** Handlers that are told whose call it is by the SDK, by the session, and by the request. */
@Controller()
@UseGuards(McpAuthGuard)
class ToolsController {
  private readonly bySession = audited(async (_session: McpSession, reply: unknown) => reply);
  private readonly byRequest = audited((_request: Request) => {
    throw new Error('The disk is full.');
  });

  @Post('mcp')
  @ToolScopes({ delete_note: ['notes:delete'] })
  async call(@Req() request: Request, @Res() response: Response) {
    const server = new McpServer({ name: 'tools', version: '1.0.0' });
    server.registerTool(
      'delete_note',
      { inputSchema: { id: z.string() } },
      audited(async ({ id }) => text(`The note ${id} is deleted.`)),
    );
    server.registerTool(
      'fail',
      {},
      audited(async () => ({ ...text('It is locked.'), isError: true })),
    );
    server.registerPrompt(
      'rewrite',
      {},
      audited(() => ({ messages: [] })),
    );
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined,
      enableJsonResponse: true,
    });
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  }

  @Post('session')
  @HttpCode(200)
  async session(@McpSession() session: McpSession) {
    return this.bySession(session, { done: true });
  }

  @Post('request')
  request(@Req() request: Request) {
    return this.byRequest(request);
  }
}

@Module({
  imports: [
    McpResourceModule.forRoot({
      issuer: 'https://auth.example',
      resource: 'https://notes.example/mcp',
      scopes: { 'notes:read': 'Read notes', 'notes:delete': 'Delete notes' },
      audit: MemoryLog,
    }),
  ],
  controllers: [ToolsController],
  providers: [MemoryLog],
})
class ToolsModule {}

const message = (method: string, params: object, id: unknown = 7) => ({ jsonrpc: '2.0', id, method, params });
const send = async (url: string, token: string, body: unknown) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
};

describe('an AuditLog that learns of calls', () => {
  let application: INestApplication;
  let url: string;
  let token: string;

  beforeAll(async () => {
    application = await NestFactory.create(ToolsModule, { logger: false, abortOnError: false });
    await application.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(application.getHttpServer().address() as AddressInfo).port}`;
    token = await TestTokens.of(application).issue({
      userId: 'alice',
      clientId: 'editor',
      scopes: ['notes:read', 'notes:delete'],
    });
  });
  afterAll(() => application.close());
  beforeEach(() => {
    events.length = 0;
  });

  const told = () =>
    events.map(({ action, detail }) => [action, detail?.['name'], detail?.['requestId'], detail?.['result']]);

  it('is told who calls what, and how it ends, and never with which arguments', async () => {
    const called = message('tools/call', { name: 'delete_note', arguments: { id: 'my diary' } });
    expect((await send(`${url}/mcp`, token, called)).text).toContain('is deleted');
    const who = {
      outcome: 'success',
      userId: 'alice',
      clientId: 'editor',
      resource: 'https://notes.example/mcp',
    };
    const what = { method: 'tools/call', name: 'delete_note', requestId: 7, grantId: null };
    expect(events).toMatchObject([
      { action: 'call.admit', ...who, detail: what },
      { action: 'call.finish', ...who, detail: { ...what, result: 'done' } },
    ]);
    expect(events[1]?.detail?.['milliseconds']).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(events)).not.toContain('diary');
    expect(JSON.stringify(events)).not.toContain(token);
  });

  it('is told of each call of a batch, by its id', async () => {
    await send(`${url}/mcp`, token, [
      message('tools/call', { name: 'fail' }, 'a'),
      message('prompts/get', { name: 'rewrite' }, 'b'),
    ]);
    expect(told()).toHaveLength(4);
    expect(told()).toEqual(
      expect.arrayContaining([
        ['call.admit', 'fail', 'a', undefined],
        ['call.admit', 'rewrite', 'b', undefined],
        ['call.finish', 'fail', 'a', 'error'],
        ['call.finish', 'rewrite', 'b', 'done'],
      ]),
    );
  });

  it.each([
    ['session', 'done'],
    ['request', 'error'],
  ])('is told of a handler that is given the %s', async (path, result) => {
    await send(`${url}/${path}`, token, message('resources/read', { uri: 'note://7' }));
    expect(told()).toEqual([
      ['call.admit', 'note://7', 7, undefined],
      ['call.finish', 'note://7', 7, result],
    ]);
  });

  it.each([
    ['what is refused', message('tools/call', { name: 'delete_note' }), 403],
    ['what looks around', message('tools/list', {}), 200],
  ])('is not told of %s', async (_name, body, status) => {
    const weak = await TestTokens.of(application).issue({ scopes: ['notes:read'] });
    expect((await send(`${url}/mcp`, weak, body)).status).toBe(status);
    expect(events).toEqual([]);
  });

  it('keeps no more of a name than 200 characters', async () => {
    await send(
      `${url}/session`,
      token,
      message('tools/call', { name: 'x'.repeat(5_000) }, 'y'.repeat(5_000)),
    );
    expect(told()[0]).toEqual(['call.admit', 'x'.repeat(200), 'y'.repeat(200), undefined]);
  });
});

describe.each([
  [true, ['call.admit']],
  [false, []],
])('McpAuthModule with auditCalls: %j', (auditCalls, actions) => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ audit: MemoryLog, auditCalls });
  });
  afterAll(() => service.close());

  it('tells its AuditLog so', async () => {
    events.length = 0;
    const token = await TestTokens.of(service.application).issue();
    await send(service.resource, token, message('tools/call', { name: 'read_note' }));
    expect(events.map(({ action }) => action)).toEqual(actions);
  });
});
