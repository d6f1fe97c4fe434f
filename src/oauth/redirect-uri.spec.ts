import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRedirectUri, matchRedirectUri, redirectHost, redirectKind } from './redirect-uri.js';

const path = fc
  .stringMatching(/^(\/[a-z0-9._~-]{0,8}){0,3}$/)
  .filter((text) => !/\/\.{1,2}(\/|$)/.test(text));
const loopback = fc.constantFrom('localhost', '127.0.0.1', '[::1]');
const port = fc.integer({ min: 1, max: 65_535 });

describe('redirect URIs', () => {
  it('match themselves and nothing that differs in a character (RFC 9700 §2.1)', () => {
    fc.assert(
      fc.property(path, fc.string({ minLength: 1, maxLength: 3 }), (tail, change) => {
        const uri = `https://client.example${tail}`;
        expect(matchRedirectUri([uri], uri)).toBe(true);
        expect(matchRedirectUri([uri], uri + change)).toBe(false);
        expect(matchRedirectUri([uri], change + uri)).toBe(false);
      }),
    );
  });

  it('match on any port of the same loopback host and path alone (RFC 8252 §7.3)', () => {
    fc.assert(
      fc.property(loopback, loopback, port, port, path, path, (host, other, one, two, tail, otherTail) => {
        const registered = [`http://${host}:${one}${tail}`];
        expect(matchRedirectUri(registered, `http://${other}:${two}${otherTail}`)).toBe(
          host === other && tail === otherTail,
        );
        expect(matchRedirectUri(registered, `https://${host}:${two}${tail}`)).toBe(false);
      }),
    );
  });

  it('never match what may not be registered', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (uri) => {
        if (checkRedirectUri(uri) !== null) expect(matchRedirectUri(['http://localhost/'], uri)).toBe(false);
      }),
    );
  });

  it.each([
    ['https://claude.ai/api/mcp/auth_callback', 'https', 'claude.ai'],
    ['https://client.example:8443/cb', 'https', 'client.example:8443'],
    ['http://localhost:7777/oauth/callback', 'loopback', 'localhost'],
    ['http://127.0.0.1:6276/', 'loopback', '127.0.0.1'],
    ['http://[::1]/cb', 'loopback', '[::1]'],
    ['https://localhost:8443/cb', 'loopback', 'localhost'],
    ['https://LOCALHOST./cb', 'loopback', 'localhost.'],
    ['https://app.localhost/cb', 'loopback', 'app.localhost'],
    ['https://127.9.9.9/cb', 'loopback', '127.9.9.9'],
    ['https://0x7f.1/cb', 'loopback', '127.0.0.1'],
    ['https://0/cb', 'loopback', '0.0.0.0'],
    ['https://[::ffff:127.0.0.1]/cb', 'loopback', '[::ffff:7f00:1]'],
    ['https://localhost.example/cb', 'https', 'localhost.example'],
    ['https://10.0.0.1/cb', 'https', '10.0.0.1'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'private-use', 'cursor://anysphere.cursor-mcp'],
    ['com.example.app:/callback', 'private-use', 'com.example.app:'],
  ])('knows whom %s reaches', (uri, kind, host) => {
    expect(checkRedirectUri(uri)).toBeNull();
    expect([redirectKind(uri), redirectHost(uri)]).toEqual([kind, host]);
  });
});
