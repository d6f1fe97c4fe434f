import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpRevocations } from 'nestjs-mcp-auth';
import { TestTokens } from 'nestjs-mcp-auth/testing';
import { startStandalone, type Standalone } from './support/standalone.js';

describe('the example MCP server (MCP 2026-07-28, Streamable HTTP)', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());

  /** Without fetch, which does not let a test choose the Host. */
  const send = (headers: Record<string, string>, body = '{}', method = 'POST') =>
    new Promise<{ status: number | undefined; body: string; headers: NodeJS.Dict<string | string[]> }>(
      (resolve, reject) => {
        const call = request(
          service.mcpUrl,
          { method, headers: { 'content-type': 'application/json', ...headers } },
          (response) => {
            let text = '';
            response.on('data', (chunk: Buffer) => (text += chunk.toString()));
            response.on('end', () =>
              resolve({ status: response.statusCode, body: text, headers: response.headers }),
            );
          },
        );
        call.on('error', reject).end(method === 'POST' ? body : undefined);
      },
    );

  it.each([
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['an origin that only looks local', { origin: 'http://localhost.evil.example' }],
    ['a foreign host', { host: 'evil.example' }],
    ['a foreign host on our port', { host: 'evil.example:3000' }],
    ['another port', { host: 'localhost:1' }],
  ])('refuses %s as DNS rebinding (Security & Endpoint)', async (_name, headers) => {
    const answer = await send(headers);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ jsonrpc: '2.0', id: null });
  });

  it('serves an inspector in a browser of this computer', async () => {
    const answer = await send({ origin: 'http://localhost:6274' });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([401, '*']);
  });

  it.each(['GET', 'DELETE'])(
    'asks a %s for a token, and has no stream to open and no session to end (MCP 2025-11-25, Streamable HTTP)',
    async (method) => {
      const refused = await send({}, '', method);
      expect([refused.status, refused.headers['www-authenticate']?.includes('resource_metadata=')]).toEqual([
        401,
        true,
      ]);
      const token = await TestTokens.of(service.application).issue();
      const answer = await send({ authorization: `Bearer ${token}` }, '', method);
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
    },
  );

  /** A request of MCP 2026-07-28, with all that it must say. */
  const modern = (token: string, method: string, params: object = {}, name?: string) => {
    const version = '2026-07-28';
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    return fetch(service.mcpUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': version,
        'mcp-method': method,
        ...(name !== undefined && { 'mcp-name': name }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
    });
  };

  it('says of itself what it speaks, and has a tool, a resource and a prompt (MCP 2026-07-28, server/discover)', async () => {
    const token = await TestTokens.of(service.application).issue({ userId: 'alice' });
    const result = async (...call: [method: string, params?: object, name?: string]) =>
      ((await (await modern(token, ...call)).json()) as { result: Record<string, unknown> }).result;
    expect(await result('server/discover')).toMatchObject({
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {}, resources: {}, prompts: {} },
    });
    const echo = { name: 'echo', arguments: { message: 'hello' } };
    expect(await result('tools/call', echo, 'echo')).toMatchObject({ content: [{ text: 'hello' }] });
    const read = await result('resources/read', { uri: 'note://7' }, 'note://7');
    expect(read).toMatchObject({ contents: [{ uri: 'note://7', text: 'The note 7 of alice.' }] });
    const prompt = { name: 'summarize_note', arguments: { id: '7' } };
    const { messages } = await result('prompts/get', prompt, 'summarize_note');
    expect(messages).toMatchObject([{ content: { text: 'Summarize note://7 in a sentence.' } }]);
  });

  it('ends a stream when its token is revoked (MCP 2026-07-28, Subscriptions)', async () => {
    const token = await TestTokens.of(service.application).issue({ userId: 'bob' });
    const stream = await modern(token, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const reader = stream.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toContain('subscriptions/acknowledged');
    await service.application.get(McpRevocations).revokeUser('bob');
    // The stream is cut off: nothing more comes.
    await expect(reader?.read()).rejects.toThrow();
    const again = await modern(token, 'server/discover');
    expect(again.status).toBe(401);
  });

  it.each([
    ['malformed JSON', '{"jsonrpc":', 400],
    ['2 MB', JSON.stringify({ x: 'x'.repeat(2_000_000) }), 413],
  ])('answers %s without a 5xx', async (_name, body, status) => {
    expect((await send({}, body)).status).toBe(status);
  });
});
