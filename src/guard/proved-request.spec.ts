import { describe, expect, it } from 'vitest';
import { provedRequest } from './proved-request.js';

describe('the URL that a proof must be for', () => {
  it.each([
    ['/mcp', 'https://api.example/mcp', ['https://api.example/mcp', 'https://api.example/mcp']],
    ['/mcp?a=b', 'https://api.example/mcp', ['https://api.example/mcp', 'https://api.example/mcp']],
    ['/notes/7', 'https://api.example/mcp', ['https://api.example/notes/7']],
    // A proxy took `/files` off.
    ['/mcp', 'https://api.example/files/mcp', ['https://api.example/mcp', 'https://api.example/files/mcp']],
    ['/', 'https://api.example/files', ['https://api.example/', 'https://api.example/files']],
  ])('of a request for %s is one of %s (RFC 9449 §4.3)', (url, resource, uris) => {
    expect(provedRequest({ headers: {}, method: 'POST', url }, resource).uris).toEqual(uris);
  });

  it('is the one before routers took their prefix off', () => {
    const request = { headers: {}, method: 'POST', url: '/', originalUrl: '/mcp' };
    expect(provedRequest(request, 'https://api.example/mcp').uris).toContain('https://api.example/mcp');
  });
});
