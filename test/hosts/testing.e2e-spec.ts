import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { INestApplication } from '@nestjs/common';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  McpAuthGuard,
  McpSession,
  permitted,
  PromptScopes,
  Public,
  RequireScopes,
  Resource,
  ResourceScopes,
  ToolScopes,
} from '../../src/index.js';
import { guardFor, TestTokens } from '../../src/testing.js';
import { startService, type TestService } from '../support/app.js';
import { TestClock } from '../support/clock.js';

const RESOURCE = 'https://notes.example/mcp';
const FILES = 'https://files.example/mcp';
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const LISTS = {
  tools: [{ name: 'read_note' }, { name: 'delete_note' }],
  resources: [{ uri: 'note://open' }, { uri: 'note://secret' }],
  resourceTemplates: [{ uriTemplate: 'note://{id}' }, { uriTemplate: 'note://secret/{id}' }],
  prompts: [{ name: 'rewrite' }, { name: 'read' }],
};

@Controller('mcp')
@UseGuards(McpAuthGuard)
class NotesController {
  @Post()
  @HttpCode(200)
  @RequireScopes('notes:read')
  @ToolScopes({ delete_note: ['notes:delete'] })
  @ResourceScopes({ 'note://secret{+more}': ['notes:delete'] })
  @PromptScopes({ rewrite: ['notes:delete'] })
  call(@McpSession() session: McpSession, @Body() { stepUp }: { stepUp?: boolean }) {
    return { session, claims: session.claims, lists: permitted(session, LISTS, { stepUp }) };
  }

  @Post('files')
  @HttpCode(200)
  @Resource(FILES)
  files(@McpSession('userId') userId: string | null) {
    return { userId };
  }

  @Get()
  @Public()
  open(@McpSession() session?: McpSession) {
    return { session: session ?? null };
  }
}

const answerTo = async (url: string, token?: string, body: object = LIST, method = 'POST') => {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const init = method === 'POST' ? { body: JSON.stringify(body) } : {};
  const response = await fetch(url, { method, headers, ...init });
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: (await response.json()) as Record<string, unknown>,
  };
};

const listen = async (application: INestApplication) => {
  await application.listen(0, '127.0.0.1');
  const { port } = application.getHttpServer().address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
};

describe('guardFor', () => {
  let application: INestApplication;
  let url: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [NotesController] })
      .overrideGuard(McpAuthGuard)
      .useValue(
        guardFor({
          userId: 'alice',
          scopes: ['notes:read'],
          issuedAt: new Date(1_000),
          claims: { team: 'red' },
        }),
      )
      .compile();
    application = module.createNestApplication();
    url = await listen(application);
  });
  afterAll(() => application.close());

  it('lets a request in with the session, without a module, a database or a token', async () => {
    const { status, body } = await answerTo(`${url}/mcp`);
    expect(status).toBe(200);
    expect(body['session']).toMatchObject({
      userId: 'alice',
      clientId: 'test-client',
      scopes: ['notes:read'],
      issuedAt: '1970-01-01T00:00:01.000Z',
    });
    expect(body['claims']).toMatchObject({ sub: 'alice', scope: 'notes:read', team: 'red' });
  });

  it('lets the session do what the decorators say', async () => {
    const { body } = await answerTo(`${url}/mcp`);
    expect(body['lists']).toEqual({
      tools: [{ name: 'read_note' }],
      resources: [{ uri: 'note://open' }],
      resourceTemplates: [{ uriTemplate: 'note://{id}' }],
      prompts: [{ name: 'read' }],
    });
  });

  it('leaves public handlers alone, and takes a controller of another resource', async () => {
    expect((await answerTo(`${url}/mcp`, undefined, {}, 'GET')).body).toEqual({ session: null });
    expect((await answerTo(`${url}/mcp/files`)).body).toEqual({ userId: 'alice' });
  });
});

describe('TestTokens', () => {
  let application: INestApplication;
  let url: string;
  const clock = new TestClock();
  const tokens = new TestTokens({
    resource: [RESOURCE, { identifier: FILES, scopes: { 'files:read': 'Read files' } }],
    scopes: { 'notes:read': 'Read notes', 'notes:delete': 'Delete notes', 'notes:all': 'All' },
    defaultScopes: ['notes:read'],
    scopeHierarchy: { 'notes:all': ['notes:read', 'notes:delete'] },
    clock,
  });

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [tokens.module],
      controllers: [NotesController],
    }).compile();
    application = module.createNestApplication();
    await expect(tokens.issue()).rejects.toThrow('call `await app.init()`');
    url = await listen(application);
  });
  afterAll(() => application.close());

  it('are taken by the real guard, without a database', async () => {
    const { status, body } = await answerTo(`${url}/mcp`, await tokens.issue({ userId: 'alice' }));
    expect(status).toBe(200);
    expect(body['session']).toMatchObject({ userId: 'alice', scopes: ['notes:read'], resource: RESOURCE });
    expect((await answerTo(`${url}/mcp`)).status).toBe(401);
  });

  const call = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } });

  it('are refused for what they lack', async () => {
    const lacking = await answerTo(`${url}/mcp`, await tokens.issue(), call('delete_note'));
    expect([lacking.status, lacking.challenge]).toEqual([
      403,
      expect.stringContaining('scope="notes:read notes:delete"'),
    ]);
    const token = await tokens.issue({ scopes: ['notes:all'] });
    expect((await answerTo(`${url}/mcp`, token, call('delete_note'))).status).toBe(200);
    expect((await answerTo(`${url}/mcp`, await tokens.issue({ scopes: [] }))).status).toBe(403);
  });

  it('are for one resource', async () => {
    const token = await tokens.issue({ userId: null, resource: FILES });
    expect((await answerTo(`${url}/mcp/files`, token)).body).toEqual({ userId: null });
    expect((await answerTo(`${url}/mcp`, token)).status).toBe(401);
  });

  it('expire by the clock that they were given', async () => {
    const token = await tokens.issue({ expiresIn: 60 });
    expect((await answerTo(`${url}/mcp`, token)).status).toBe(200);
    expect((await answerTo(`${url}/mcp`, await tokens.issue({ expiresIn: 0 }))).status).toBe(401);
    clock.advance(61);
    expect((await answerTo(`${url}/mcp`, token)).challenge).toContain('error="invalid_token"');
  });

  it.each([
    [
      { scopes: ['notes:write'] },
      'The scope "notes:write" is none of https://notes.example/mcp: notes:read,',
    ],
    [{ resource: 'https://x.example/' }, 'The resource "https://x.example/" is none of the application\'s'],
    [{ expiresIn: Number.NaN }, '`expiresIn` must be a number of seconds.'],
  ])('says what is wrong with %j', async (token, sentence) => {
    await expect(tokens.issue(token)).rejects.toThrow(sentence);
  });

  it('show what the session may use, and all of it where a client shall ask for more', async () => {
    const token = await tokens.issue();
    expect((await answerTo(`${url}/mcp`, token)).body['lists']).toMatchObject({
      tools: [{ name: 'read_note' }],
    });
    expect((await answerTo(`${url}/mcp`, token, { ...LIST, stepUp: true })).body['lists']).toEqual(LISTS);
    const strong = await tokens.issue({ scopes: ['notes:all'] });
    expect((await answerTo(`${url}/mcp`, strong)).body['lists']).toEqual(LISTS);
  });

  it('are known to nobody else', async () => {
    const others = new TestTokens({ resource: RESOURCE });
    const other = await Test.createTestingModule({ imports: [others.module] }).compile();
    await other.init();
    const token = await others.issue();
    expect((await answerTo(`${url}/mcp`, token)).status).toBe(503);
    await other.close();
  });

  it('need a module', async () => {
    const bare = await Test.createTestingModule({}).compile();
    expect(() => TestTokens.of(bare)).toThrow('neither McpAuthModule nor McpResourceModule');
  });
});

describe('TestTokens of a whole application', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('are taken beside those of its issuer', async () => {
    const tokens = TestTokens.of(service.application);
    const token = await tokens.issue({ userId: 'bob', scopes: ['notes:read'] });
    const { status, body } = await answerTo(service.resource, token, { id: 1, method: 'ping' });
    expect([status, body['result']]).toMatchObject([200, { session: { userId: 'bob', grantId: null } }]);
    await service.revocations.revokeUser('bob');
    expect((await answerTo(service.resource, token)).status).toBe(401);
  });
});
