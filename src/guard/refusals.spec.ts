import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ProtectedResource } from '../oauth/resource.js';
import { pinRefusal, Refusals } from './refusals.js';

const resource = {
  identifier: 'https://api.example.com/mcp',
  challengeScopes: ['notes:read'],
} as unknown as ProtectedResource;

describe('a refusal', () => {
  it('is made once for each kind, and is an object of its own for each request', () => {
    const refusals = new Refusals(resource, []);
    const [first, second] = [refusals.unauthorized('Bad.'), refusals.unauthorized('Bad.')];
    Object.assign(first, { message: 'a host wrote this', seen: true });
    expect(second.message).toBe('Unauthorized: Bad.');
    expect(second).not.toHaveProperty('seen');
    expect(refusals.unauthorized('Bad.').headers).toBe(second.headers);
    expect(first.getStatus()).toBe(401);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['nothing of a head', (response) => response.end('x')],
    ['a status', (response) => response.writeHead(500).end('x')],
    ['headers', (response) => response.writeHead(200, { 'x-host': 'y' }).end('x')],
    ['a reason and headers', (response) => response.writeHead(200, 'Fine', { 'x-host': 'y' }).end('x')],
    ['headers of ours', (response) => response.setHeader('WWW-Authenticate', 'Basic').end('x')],
  ])('keeps its status and headers where a filter of the host writes %s', async (what, answer) => {
    const server = createServer((_request, response) => {
      pinRefusal(response, new Refusals(resource, []).unauthorized());
      answer(response);
    }).listen(0);
    const { port } = server.address() as AddressInfo;
    const { status, headers } = await fetch(`http://localhost:${port}`);
    server.close();
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('Bearer resource_metadata=');
    expect(headers.get('www-authenticate')).not.toContain('Basic');
    expect(headers.get('x-host')).toBe(what.includes('headers') && !what.includes('ours') ? 'y' : null);
  });
});
