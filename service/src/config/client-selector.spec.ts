import { describe, expect, it } from 'vitest';
import { isSelected, isTrusted, kindsOf, selectorProblem, trustedProblem } from './client-selector.js';

describe('the name of a client in the policy', () => {
  it.each([
    ['https://app.example.com', 'https://app.example.com/callback', true],
    ['https://app.example.com/connectors/7', 'https://app.example.com/connectors/7/callback', true],
    ['https://app.example.com/connectors/7/', 'https://app.example.com/connectors/7', true],
    ['https://app.example.com/connectors/7', 'https://app.example.com/connectors/77/callback', false],
    ['https://app.example.com/connectors/7', 'https://app.example.com/connectors/7/../8/callback', false],
    ['https://app.example.com/connectors/7', 'https://app.example.com/connectors/7/%2e%2e/8/callback', false],
    ['https://app.example.com', 'https://app.example.com.evil.example/', false],
    ['https://app.example.com', 'https://app.example.com@evil.example/', false],
    ['https://app.example.com', 'https://app.example.com:8443/', false],
    ['https://app.example.com', 'http://app.example.com/', false],
    ['https://app.example.com', 'app.example.com:/callback', false],
    ['https://app.example.com', 'no URL', false],
    ['https://APP.example.com', 'https://app.example.com/', true],
    ['https://app.example.com', 'https:/app.example.com/', false],
    ['https://app.example.com', 'https:app.example.com/', false],
    ['https://app.example.com', 'https://app.example.com\\@evil.example/', false],
    ['https://app.example.com/a', 'https://app.example.com/a/%2e%2e/b', false],
    // However a server may read it: decoded once or again, backslashes as slashes, parameters and empty segments left out.
    ['https://app.example.com/a', 'https://app.example.com/a/..%2fb', false],
    ['https://app.example.com/a', 'https://app.example.com/a/..%2Fb', false],
    ['https://app.example.com/a', 'https://app.example.com/a%2f..%2fb', false],
    ['https://app.example.com/a', 'https://app.example.com/a/..%5cb', false],
    ['https://app.example.com/a', 'https://app.example.com/a/..%255cb', false],
    ['https://app.example.com/a', 'https://app.example.com/a/..%252fb', false],
    ['https://app.example.com/a', 'https://app.example.com/a/%252e%252e%252fb', false],
    ['https://app.example.com/a', 'https://app.example.com/a/%25252e%25252e%25252fb', false],
    ['https://app.example.com/a', 'https://app.example.com/a/%252525252525252e./b', false],
    ['https://app.example.com/a', 'https://app.example.com/a/..;/b', false],
    ['https://app.example.com/a', 'https://app.example.com/a/..;x=1/b', false],
    ['https://app.example.com/a', 'https://app.example.com/a/..%3b/b', false],
    ['https://app.example.com/a', 'https://app.example.com/a/.;/b', false],
    ['https://app.example.com/a', 'https://app.example.com/a;/b', false],
    ['https://app.example.com/a', 'https://app.example.com/a//..%2fb', false],
    ['https://app.example.com/a', 'https://app.example.com/a//b', false],
    ['https://app.example.com/a', 'https://app.example.com/a/;/..%2fb', false],
    ['https://app.example.com/a', 'https://app.example.com/a/%2e%2e%20/b', false],
    ['https://app.example.com/a', 'https://app.example.com/a/%c0%ae%c0%ae/b', false],
    ['https://app.example.com/a', 'https://app.example.com/a/%zz', false],
    ['https://app.example.com/a', 'https://app.example.com/a/%0d%0ab', false],
    ['https://app.example.com/a', 'https://app.example.com/b/..%2fa', false],
    ['https://app.example.com/a', 'https://app.example.com/%61/b', false],
    ['https://app.example.com/a', 'https://app.example.com/A/b', false],
    ['https://app.example.com/a', 'https://app.example.com/a/b%20c;v=1/...', true],
    ['https://app.example.com/a', 'https://app.example.com/a/b/?to=/../c', true],
  ])('%s and %s: %s', (selector, redirectUri, expected) => {
    const client = { clientId: 'a', name: null, source: 'registered' as const };
    expect(isSelected([selector], { client, redirectUri })).toBe(expected);
  });

  it.each([
    'app.example.com',
    'http://app.example.com',
    'https://user@app.example.com',
    'https://a.example/?x',
    'https://a.example/#x',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'cursor://x',
    'https:/app.example.com/',
    'https:app.example.com',
    'https://*.example.com/',
    '',
  ])('is not %j', (selector) => {
    expect(selectorProblem(selector)).toContain('must');
  });

  it.each(['https://a.example/x%2fy/', 'https://a.example//x/', 'https://a.example/..;/'])(
    'reads the same to every server, which %j does not',
    (selector) => {
      expect(selectorProblem(selector)).toContain('plain path');
    },
  );
});

describe('a client of the house', () => {
  const CALLBACK = 'https://tools.example.com/callback';
  const DOCUMENT = 'https://tools.example.com/client.json';
  const trusted = [CALLBACK, DOCUMENT];
  const client = (source: 'registered' | 'document', clientId: string) => ({ clientId, name: null, source });

  it.each<[string, ReturnType<typeof client>, string, boolean]>([
    ['a document by its id', client('document', DOCUMENT), 'http://127.0.0.1:1/callback', true],
    ['another document of its host', client('document', `${DOCUMENT}/2`), CALLBACK, false],
    [
      'a document that is sent back to the house',
      client('document', 'https://evil.example/c'),
      CALLBACK,
      false,
    ],
    ['a registered client by its redirect URI', client('registered', 'x'), CALLBACK, true],
    [
      'a registered client that is called like the document',
      client('registered', DOCUMENT),
      'https://evil.example/',
      false,
    ],
    [
      'what sends browsers on',
      client('registered', 'x'),
      'https://tools.example.com/redirect?to=https://evil.example',
      false,
    ],
    ['a query', client('registered', 'x'), `${CALLBACK}?to=https://evil.example`, false],
    ['a folder below', client('registered', 'x'), `${CALLBACK}/redirect`, false],
    ['another way to write it', client('registered', 'x'), 'https://tools.example.com:443/callback', false],
    ['capitals', client('registered', 'x'), 'https://TOOLS.example.com/callback', false],
  ])('is recognised byte for byte: %s', (_, known, redirectUri, expected) => {
    expect(isTrusted(trusted, { client: known, redirectUri })).toBe(expected);
  });

  it.each(['tools.example.com', 'http://tools.example.com/x', 'https://localhost/x', 'cursor://x', ''])(
    'is not named by %j',
    (url) => {
      expect(trustedProblem(url)).toContain('must');
    },
  );
});

describe("a program on somebody's own computer", () => {
  const asked = (name: string | null, redirectUri: string | null) => ({
    client: { clientId: 'x', name, source: 'registered' as const },
    redirectUri,
  });

  it.each<[string, string | null, string | null, boolean]>([
    ['loopback:Tool', 'Tool', 'http://localhost:1234/cb', true],
    ['loopback:Tool', 'Tool', 'http://127.0.0.1/cb', true],
    ['loopback:Tool', 'Tool', 'http://[::1]:9/', true],
    ['loopback:Tool', 'tool', 'http://localhost/', false],
    ['loopback:Tool', 'Tool ', 'http://localhost/', false],
    ['loopback:Tool', 'Tool\u200b', 'http://localhost/', false],
    ['loopback:Tool', null, 'http://localhost/', false],
    ['loopback:Tool', 'Tool', 'https://evil.example/', false],
    ['loopback:Tool', 'Tool', 'cursor://callback', false],
    ['loopback:Tool', 'Tool', 'https://localhost.evil.example/', false],
    ['loopback:Tool', 'Tool', null, false],
    ['loopback:Tool', 'Tool', 'urn:ietf:params:oauth:grant-type:device_code', false],
  ])('%s selects %j at %j: %s', (selector, name, uri, expected) => {
    expect(isSelected([selector], asked(name, uri))).toBe(expected);
  });

  it.each([
    'loopback:',
    'loopback: ',
    'loopback:---',
    'loopback:a\u202eb',
    'loopback:a  b',
    `loopback:${'a'.repeat(121)}`,
  ])('is not named by %j', (selector) =>
    expect(selectorProblem(selector)).toContain('the whole name of a program'),
  );

  it.each<[string | null, string | null, 'registered' | 'document', string, string[]]>([
    ['Tool', 'http://localhost:1/cb', 'registered', 'x', ['loopback:Tool']],
    ['Tool', 'https://host.example:8443/cb', 'registered', 'x', ['https://host.example:8443/']],
    ['Tool', 'cursor://cb', 'registered', 'x', []],
    ['a\u202eb', 'http://localhost/', 'registered', 'x', []],
    [null, 'http://localhost/', 'registered', 'x', []],
    [
      'Tool',
      'http://localhost/',
      'document',
      'https://app.example/c.json',
      ['https://app.example/', 'loopback:Tool'],
    ],
    ['Tool', 'https://app.example/cb', 'document', 'https://app.example/c.json', ['https://app.example/']],
    ['Tool', 'https://app.example/cb', 'registered', 'https://other.example/', ['https://app.example/']],
  ])('of the name %j at %j, %s, %s, is of the kinds %j', (name, redirectUri, source, clientId, kinds) => {
    const client = { client: { clientId, name, source }, redirectUri };
    expect(kindsOf(client)).toEqual(kinds);
    for (const kind of kinds)
      expect([kind, selectorProblem(kind), isSelected([kind], client)]).toEqual([kind, null, true]);
  });
});
