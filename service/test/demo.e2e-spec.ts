import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('has no stream to open and no session to end', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await send({}, '', method);
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
    }
  });

  it.each([
    ['malformed JSON', '{"jsonrpc":', 400],
    ['2 MB', JSON.stringify({ x: 'x'.repeat(2_000_000) }), 413],
  ])('answers %s without a 5xx', async (_name, body, status) => {
    expect((await send({}, body)).status).toBe(status);
  });
});
