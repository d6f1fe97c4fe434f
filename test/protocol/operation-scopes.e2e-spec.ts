import { Controller, HttpCode, type INestApplication, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  McpAuthGuard,
  PromptScopes,
  RequireScopes,
  Resource,
  ResourceScopes,
  ToolScopes,
} from '../../src/resource.js';
import { TestTokens } from '../../src/testing.js';

const tokens = new TestTokens({
  resource: 'https://notes.example/mcp',
  scopes: { 'notes:read': 'Read notes', 'notes:write': 'Write notes', 'notes:admin': 'Do all with notes' },
});

@Controller('mcp')
@UseGuards(McpAuthGuard)
class NotesController {
  @Post()
  @HttpCode(200)
  @RequireScopes('notes:read')
  @ToolScopes({ write_note: ['notes:write'] })
  @ResourceScopes({ 'note://{id}': ['notes:write'], 'note://{id}/history': ['notes:admin'] })
  @PromptScopes({ rewrite: ['notes:write'] })
  call() {
    return {};
  }
}

/** Asks for scopes of tools alone. */
@Controller('tools')
@UseGuards(McpAuthGuard)
@Resource('https://notes.example/mcp')
class ToolsController {
  @Post()
  @HttpCode(200)
  @ToolScopes({ write_note: ['notes:write'] })
  call() {
    return {};
  }
}

@Module({ imports: [tokens.module], controllers: [NotesController, ToolsController] })
class NotesModule {}

describe('scopes of single tools, resources and prompts', () => {
  let application: INestApplication;
  let url: string;
  let token: string;

  beforeAll(async () => {
    application = await NestFactory.create(NotesModule, { logger: false, abortOnError: false });
    await application.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(application.getHttpServer().address() as AddressInfo).port}/mcp`;
    token = await tokens.issue({ scopes: ['notes:read'] });
  });
  afterAll(() => application.close());

  const call = async (message: unknown, to = url) => {
    const response = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(message),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const toolCall = (name: string, id = 1) => rpc('tools/call', { name }, id);
  const rpc = (method: string, params: object, id = 1) => ({ jsonrpc: '2.0', id, method, params });

  it.each<[string, unknown, string]>([
    ['a tool', toolCall('write_note'), 'notes:read notes:write'],
    ['a resource', rpc('resources/read', { uri: 'note://7' }), 'notes:read notes:write'],
    ['a resource in other letters', rpc('resources/read', { uri: 'NOTE://%37' }), 'notes:read notes:write'],
    [
      'a resource of two entries',
      rpc('resources/read', { uri: 'note://7/history' }),
      'notes:read notes:write notes:admin',
    ],
    ['a subscription', rpc('resources/subscribe', { uri: 'note://7' }), 'notes:read notes:write'],
    [
      'a stream of several resources',
      rpc('subscriptions/listen', {
        notifications: { resourceSubscriptions: ['other://1', 'note://7', 'note://7/history'] },
      }),
      'notes:read notes:write notes:admin',
    ],
    ['a prompt', rpc('prompts/get', { name: 'rewrite' }), 'notes:read notes:write'],
    [
      'values of an argument of a prompt',
      rpc('completion/complete', { ref: { type: 'ref/prompt', name: 'rewrite' } }),
      'notes:read notes:write',
    ],
    [
      'values of an argument of a template',
      rpc('completion/complete', { ref: { type: 'ref/resource', uri: 'note://{id}' } }),
      'notes:read notes:write',
    ],
    [
      'a batch',
      [
        rpc('prompts/get', { name: 'rewrite' }),
        rpc('resources/read', { uri: 'note://7/history' }, 2),
        toolCall('other', 3),
      ],
      'notes:read notes:write notes:admin',
    ],
  ])(
    'names all scopes that %s needs in one challenge (MCP 2026-07-28, Scope Challenge Handling, SEP-2350)',
    async (_name, message, scope) => {
      const { status, headers, text } = await call(message);
      expect(status).toBe(403);
      expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"');
      expect(headers.get('www-authenticate')).toContain(`scope="${scope}"`);
      expect(JSON.parse(text)).toMatchObject({ error: { code: -32_003 }, id: null });
    },
  );

  it.each<[string, unknown]>([
    ['a resource', rpc('resources/read', { uri: 'other://7' })],
    ['a stream of no resource', rpc('subscriptions/listen', { notifications: { toolsListChanged: true } })],
    ['a prompt', rpc('prompts/get', { name: 'other' })],
    ['what is called like a tool', rpc('prompts/get', { name: 'write_note' })],
    ['a list', rpc('resources/list', {})],
  ])('needs no more than the handler for %s that is not listed', async (_name, message) => {
    const { status } = await call(message);
    expect(status).toBe(200);
  });

  it.each<[string, unknown]>([
    ['a resource without a URI', rpc('resources/read', { name: 'note://7' })],
    ['a URI that is a list', rpc('resources/read', { uri: ['note://7'] })],
    [
      'a subscription to a number',
      rpc('subscriptions/listen', { notifications: { resourceSubscriptions: [7] } }),
    ],
    [
      'a subscription to nothing',
      rpc('subscriptions/listen', { notifications: { resourceSubscriptions: null } }),
    ],
    ['a prompt without a name', rpc('prompts/get', { uri: 'rewrite' })],
    ['a completion of nothing', rpc('completion/complete', {})],
    ['a batch with such a call', [toolCall('other'), rpc('prompts/get', {}, 2)]],
  ])('refuses %s as a JSON-RPC error (JSON-RPC 2.0 §5.1)', async (_name, message) => {
    const refused = await call(message);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_request"');
    expect(JSON.parse(refused.text)).toMatchObject({ jsonrpc: '2.0', error: { code: -32_600 }, id: null });
  });

  it('leaves it to the server to refuse a call that names nothing of a kind without scopes (MCP 2026-07-28, Transports)', async () => {
    const to = url.replace('/mcp', '/tools');
    const statuses = async (...methods: string[]) =>
      Promise.all(methods.map(async (method) => (await call(rpc(method, {}), to)).status));
    expect(await statuses('resources/read', 'resources/subscribe', 'prompts/get')).toEqual([200, 200, 200]);
    expect(await statuses('tools/call')).toEqual([400]);
  });
});
