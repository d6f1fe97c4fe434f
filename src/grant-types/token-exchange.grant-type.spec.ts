import { describe, expect, it } from 'vitest';
import type { OAuthClient } from '../oauth/client.js';
import { Parameters } from '../oauth/parameters.js';
import { TOKEN_TYPE } from '../oauth/token-type.js';
import { TokenExchangeGrantType } from './token-exchange.grant-type.js';
import type { ExchangeRequest, TokenExchange } from './token-exchange.js';
import { TokenExchanges } from './token-exchanges.js';

const ASSERTION = 'urn:example:assertion';

describe('the grant type of token exchange (RFC 8693)', () => {
  const taken: [string, ExchangeRequest][] = [];
  const exchangeOf = (name: string, issues: string, isOn = true): TokenExchange => ({
    name,
    isOn,
    takes: [TOKEN_TYPE.accessToken],
    issues,
    exchange: async (request) => {
      taken.push([name, request]);
      return { access_token: name, token_type: 'N_A', expires_in: 1, scope: '' };
    },
  });
  const grantType = new TokenExchangeGrantType(
    new TokenExchanges([exchangeOf('one', TOKEN_TYPE.accessToken), exchangeOf('other', ASSERTION)]),
  );
  const client = {} as OAuthClient;
  const ask = (fields: Record<string, string>, ...more: [string, string][]) => {
    const entries = {
      subject_token: 'token',
      subject_token_type: TOKEN_TYPE.accessToken,
      ...fields,
    };
    taken.length = 0;
    return grantType.exchange(new Parameters([...Object.entries(entries), ...more]), client, null);
  };

  it('is there when an exchange is (RFC 8414 §2)', () => {
    expect(grantType.isOn).toBe(true);
    expect(new TokenExchangeGrantType(new TokenExchanges([exchangeOf('one', ASSERTION, false)])).isOn).toBe(
      false,
    );
  });

  it('finds the exchange by the types of the tokens, and says what was issued (RFC 8693 §2.2.1)', async () => {
    expect(
      await ask({ requested_token_type: ASSERTION, scope: 'a b', resource: 'r', audience: 'x' }),
    ).toEqual({
      access_token: 'other',
      issued_token_type: ASSERTION,
      token_type: 'N_A',
      expires_in: 1,
      scope: '',
    });
    expect(taken).toEqual([
      [
        'other',
        {
          grantType: grantType.name,
          subjectToken: 'token',
          subjectTokenType: TOKEN_TYPE.accessToken,
          resource: 'r',
          audience: 'x',
          scopes: ['a', 'b'],
        },
      ],
    ]);
  });

  it('issues an access token when nothing else is asked for (RFC 8693 §2.1)', async () => {
    expect(await ask({})).toMatchObject({ access_token: 'one', issued_token_type: TOKEN_TYPE.accessToken });
    expect(taken[0]?.[1]).toMatchObject({ resource: null, audience: null, scopes: null });
  });

  it.each<[string, Record<string, string>, [string, string][], string]>([
    ['without a subject token', { subject_token: '' }, [], 'invalid_request'],
    ['without its type', { subject_token_type: '' }, [], 'invalid_request'],
    ['of a type that is not taken', { subject_token_type: TOKEN_TYPE.idToken }, [], 'invalid_request'],
    ['of a type that is none', { subject_token_type: 'access_token' }, [], 'invalid_request'],
    ['for a type that is not issued', { requested_token_type: 'urn:x' }, [], 'invalid_request'],
    ['with two subject tokens', {}, [['subject_token', 'other']], 'invalid_request'],
    ['with two types of it', {}, [['subject_token_type', ASSERTION]], 'invalid_request'],
    [
      'with two requested types',
      { requested_token_type: ASSERTION },
      [['requested_token_type', 'x']],
      'invalid_request',
    ],
    ['with an actor', { actor_token: 'x', actor_token_type: TOKEN_TYPE.accessToken }, [], 'invalid_request'],
    ['with the type of an actor alone', { actor_token_type: TOKEN_TYPE.accessToken }, [], 'invalid_request'],
    ['with two scopes', { scope: 'a' }, [['scope', 'b']], 'invalid_request'],
    ['for two resources', { resource: 'a' }, [['resource', 'b']], 'invalid_target'],
    ['for two audiences', { audience: 'a' }, [['audience', 'b']], 'invalid_target'],
  ])('refuses a request %s (RFC 8693 §2.2.2)', async (_, fields, more, error) => {
    await expect(ask(fields, ...more)).rejects.toMatchObject({ error });
    expect(taken).toEqual([]);
  });
});
