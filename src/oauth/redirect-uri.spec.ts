import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRedirectUri,
  matchRedirectUri,
  redirectHost,
  redirectKind,
  redirectOrigin,
} from './redirect-uri.js';

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
    ['com.example.app:///callback', 'private-use', 'com.example.app:'],
    ['COM.Example.App:/callback', 'private-use', 'com.example.app:'],
    [
      'vscode://vscode.microsoft-authentication/cb',
      'private-use',
      'vscode://vscode.microsoft-authentication',
    ],
    ['vscode-insiders://x/cb', 'private-use', 'vscode-insiders://x'],
    ['Cursor://anysphere.cursor-mcp/cb', 'private-use', 'cursor://anysphere.cursor-mcp'],
    ['HTTPS://CLAUDE.ai/cb', 'https', 'claude.ai'],
    ['https://claude.ai:443/cb', 'https', 'claude.ai'],
    ['https://%63laude.ai/cb', 'https', 'claude.ai'],
    ['https://claude.ai./cb', 'https', 'claude.ai.'],
    ['https://xn--clade-9ta.example/cb', 'https', 'xn--clade-9ta.example'],
    ['https://[2001:DB8::1]:8443/cb', 'https', '[2001:db8::1]:8443'],
    ['https://client.example/a*b?x=https:/claude.ai', 'https', 'client.example'],
  ])('knows whom %s reaches', (uri, kind, host) => {
    expect(checkRedirectUri(uri)).toBeNull();
    expect([redirectKind(uri), redirectHost(uri)]).toEqual([kind, host]);
  });

  it.each([
    'https:/claude.ai/x',
    'https:claude.ai/x',
    'https:///claude.ai/x',
    'https:////claude.ai/x',
    'https://',
    'https:',
    'https:/',
    'https://?x',
    'https://#x',
    'https://:443/x',
    'HTTPS:/claude.ai/x',
    'http:/localhost/x',
    'http:localhost/x',
    'http:///localhost/x',
    'http://:80/x',
    'https:\\\\claude.ai\\x',
    'https:/\\claude.ai/x',
    'https://claude.ai\\.evil.example/x',
    'https:\t//claude.ai/x',
    'ht\ntps://claude.ai/x',
    'https://cl\taude.ai/x',
    ' https://claude.ai/x',
    'https://claude.ai/x ',
    '\u0000https://claude.ai/x',
    'https://claude.ai/%00',
    'https://claude.ai/%zz',
    'https://ｃlaude.ai/x',
    'https://claude。ai/x',
    'https://claudé.ai/x',
    'https://claude.ai/é',
    'https://user@claude.ai/x',
    'https://@claude.ai/x',
    'https://claude.ai:443@evil.example/x',
    'https://claude.ai/x#y',
    'https://claude.ai/x#',
    'https://claude.ai/x?code=y',
    'com.example.app:/x?a=b&%73tate=y',
    'http://127.0.0.1/x?iss=https://evil.example',
    'https://claude.ai/./x',
    'https://claude.ai/%2E%2e/x',
    'https://claude.ai:99999/x',
    'https://[::1/x',
    'https://[::g]/x',
    'https://1.2.3.4.5/x',
    'https://a b/x',
    'https://*.example.com/cb',
    'https://*/cb',
    'https://%2a.example.com/cb',
    'https://a.*.example.com/cb',
    'http://client.example/x',
    'HTTP://localhost/x',
    'http://127.0.0.2/x',
    'http://localhost:0/x',
    'http://localhost.:80/x',
    'http://[::ffff:127.0.0.1]/x',
    'http://localhost:65536/x',
    'http://0/x',
    'localhost:1234/cb',
    '127.0.0.1:1234/cb',
    '[::1]:1234/cb',
    'example.com:8080/cb',
    '//claude.ai/x',
    '',
    'urn:ietf:wg:oauth:2.0:oob',
    'URN:ietf:wg:oauth:2.0:oob',
    'urn:ietf:wg:oauth:2.0:oob:auto',
    'urn:x:y',
    'cursor:',
    'cursor:callback',
    'com.example.app:callback',
    'com.example.app:',
    'com.example.app:?x=1',
    'com.example.app://a@b/x',
    'com.example.app:/../x',
    'com.example.app:/x#y',
    'com.example.app:\\x',
    'javascript:alert(1)',
    'JavaScript:/alert(1)',
    'data:/x',
    'file:///etc/passwd',
    'vbscript://x',
    'blob:/x',
    'steam://run/1',
    'ms-appinstaller://x',
    'ms-msdt:/id',
    'search-ms:/x',
    'tel://1',
    'mailto:/x',
    'ssh://h/x',
    'intent://x',
    'chrome://settings',
    'view-source://x',
    'app://x',
    'zoommtg://x',
    'a://x',
    '.a://x',
    'a.://x',
  ])('may not be %j (RFC 9700 §4.1, RFC 8252 §7.1)', (uri) => {
    expect(checkRedirectUri(uri)?.sentence).toBeTruthy();
    expect(redirectOrigin(uri)).toBeNull();
  });

  it.each([
    ['localhost:1234/cb', 'http://localhost:1234/callback'],
    ['127.0.0.1:1234/cb', 'http://localhost:1234/callback'],
    ['urn:ietf:wg:oauth:2.0:oob', 'http://127.0.0.1/callback'],
    ['https://*.example.com/cb', 'state'],
    ['https:/claude.ai/x', 'https://host/path'],
    ['com.example.app:callback', 'scheme:/path'],
    ['my-editor://x', 'com.example.app:/callback'],
  ])('that are wrong as %s is are answered with how to write them: %s', (uri, hint) => {
    expect(checkRedirectUri(uri)?.sentence).toContain(hint);
  });

  it('may use the schemes that are allowed besides (RFC 8252 §7.1)', () => {
    expect(checkRedirectUri('my-editor://x/cb', ['my-editor'])).toBeNull();
    expect(checkRedirectUri('my-editor2://x/cb', ['my-editor'])).not.toBeNull();
    expect(checkRedirectUri('javascript:/x', ['javascript'])).not.toBeNull();
  });

  it('never lead a browser to our own origin, whatever they are (WHATWG URL)', () => {
    const piece = fc.constantFrom(
      'https',
      'http',
      ':',
      '/',
      '\\',
      '\t',
      '@',
      '#',
      '?',
      'a.b',
      '.',
      '%',
      '[',
      '*',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const uri = pieces.join('');
        if (checkRedirectUri(uri) !== null) return;
        const [one, other] = [new URL(uri, 'https://one.example/'), new URL(uri, 'https://other.example/')];
        expect(one.href).toBe(other.href);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['https://claude.ai/x', 'https://claude.ai'],
    ['https://CLAUDE.ai:443/x', 'https://claude.ai'],
    ['https://localhost/x', null],
    ['http://localhost/x', null],
    ['cursor://claude.ai/x', null],
  ])('have an origin that a list can name: %s', (uri, origin) => {
    expect(redirectOrigin(uri)).toBe(origin);
  });
});
