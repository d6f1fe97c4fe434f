import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { AssertingClient, ec, proof, publicJwk } from '../support/assertions.js';
import { resigned } from '../support/signed-text.js';

describe('an assertion that is not what it should be', () => {
  let service: TestService;
  let client: AssertingClient;
  beforeAll(async () => {
    service = await startService();
    client = await new AssertingClient(service).register();
  });
  afterAll(() => service.close());

  const ODD: [string, unknown][] = [
    ['null', null],
    ['true', true],
    ['a number', 1],
    ['a negative number', -1],
    ['a huge number', 1e308],
    ['text', 'text'],
    ['empty text', ''],
    ['NUL', '\0'],
    ['half a character', '\ud800'],
    ['endless text', 'x'.repeat(5_000)],
    ['an array', []],
    ['an array in an array', [['x']]],
    ['an array of null', [null]],
    ['an object', {}],
    ['an object with methods', { toString: 'x', length: 1 }],
  ];
  const CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti'];
  /** A time in the past, or any text as an id, is what it should be. */
  const isGood = (claim: string, value: unknown) =>
    (claim === 'jti' && value === 'text') || (claim === 'nbf' && (value === 1 || value === -1));

  it.each(
    CLAIMS.flatMap((claim) => ODD.map(([name, value]): [string, string, unknown] => [claim, name, value])),
  )(
    'answers an assertion with %s being %s as a wrong one, at every endpoint (RFC 7523 §3)',
    async (claim, _name, value) => {
      const assertion = await client.sign({ ...client.claims(), [claim]: value });
      if (isGood(claim, value))
        return expect((await client.present(assertion)).body.error).toBe('invalid_grant');
      const before = await service.snapshot();
      for (const path of ['/token', '/revoke', '/introspect']) {
        const response = await fetch(client.at(path), {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'refresh_token',
            refresh_token: 'unknown',
            token: 'unknown',
            ...proof(assertion),
          }),
        });
        const { error } = (await response.json()) as { error: string };
        expect([response.status, error]).toEqual([401, 'invalid_client']);
      }
      expect(await service.snapshot()).toEqual(before);
    },
  );

  it.each<[string, object]>([
    ['a type that is no text', { typ: 1 }],
    ['null as its type', { typ: null }],
    ['an empty type', { typ: '' }],
    ['the type of an access token, in full and in capitals', { typ: 'APPLICATION/AT+JWT' }],
    ['the type of an access token', { typ: 'at+jwt' }],
    ['the type of another assertion', { typ: 'oauth-id-jag+jwt' }],
    ['the type of a proof of possession', { typ: 'dpop+jwt' }],
    ['a key id that is no text', { kid: {} }],
    ['a critical extension', { crit: ['x'], x: 1 }],
    ['no algorithm', { alg: undefined }],
    ['an algorithm that is no text', { alg: ['ES256'] }],
    ['alg none', { alg: 'none' }],
    ['keys of its own', { kid: 'two', jwk: publicJwk(ec()) }],
    ['a payload that is not encoded', { b64: false, crit: ['b64'] }],
  ])('refuses an assertion with %s in its header (RFC 7515 §4, RFC 8725 §3.11)', async (_, header) => {
    const changed = JSON.stringify({ alg: 'ES256', kid: 'one', ...header });
    const before = await service.snapshot();
    const assertion = resigned(await client.sign(), client.key, { header: () => changed });
    expect((await client.present(assertion)).body.error).toBe('invalid_client');
    expect(await service.snapshot()).toEqual(before);
  });

  it.each(['null', '[]', '1', '"text"', '{', ''])(
    'refuses an assertion of %j (RFC 7519 §7.2)',
    async (text) => {
      const assertion = resigned(await client.sign(), client.key, { payload: () => text });
      expect((await client.present(assertion)).body.error).toBe('invalid_client');
    },
  );

  it.each<[string, Parameters<typeof resigned>[2]]>([
    [
      'a subject that stands there twice',
      { payload: (text) => text.replace('{', '{"sub":"somebody else",') },
    ],
    ['an id that stands there twice', { payload: (text) => text.replace('{', '{"jt\\u0069":"x",') }],
    ['an end that stands there twice, alike', { payload: (text) => text.replace(/("exp":\d+)/, '$1,$1') }],
    ['an algorithm that stands there twice', { header: (text) => text.replace('{', '{"alg":"none",') }],
  ])('refuses an assertion with %s, signed or not (RFC 7519 §4, RFC 7515 §4)', async (_, change) => {
    const good = await client.sign();
    const before = await service.snapshot();
    expect((await client.present(resigned(good, client.key, change))).body.error).toBe('invalid_client');
    expect(await service.snapshot()).toEqual(before);
    expect((await client.present(good)).body.error).toBe('invalid_grant');
  });
});
