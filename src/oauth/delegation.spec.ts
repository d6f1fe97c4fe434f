import { describe, expect, it } from 'vitest';
import { delegableScopes, type DelegationRule } from './delegation.js';
import type { ProtectedResource } from './resource.js';

const server = (
  identifier: string,
  scopes: string[],
  scopeHierarchy: ProtectedResource['scopeHierarchy'] = {},
): ProtectedResource => ({
  identifier,
  name: identifier,
  scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])),
  challengeScopes: [],
  scopeHierarchy,
  accessTokenExpiresIn: null,
  signingAlgorithm: null,
  maxAge: null,
  enabled: true,
});

describe('what one server gets at another (RFC 8693 §2.1)', () => {
  const from = server('a', ['read', 'write', 'all'], { all: ['write'], write: ['read'] });
  const to = server('b', ['read', 'write', 'super', 'files'], { super: ['write', 'files'] });
  const rule = (scopes: string[], requires: string[] = []): DelegationRule => ({
    from: 'a',
    to: 'b',
    scopes,
    requires,
  });

  it.each<[string, DelegationRule[], string[], string[] | null]>([
    ['what the rule names, where only the called server knows it', [rule(['files'])], ['read'], ['files']],
    ['a shared scope to a token that has it', [rule(['read', 'files'])], ['read'], ['read', 'files']],
    ['a shared scope to a token that has a broader one', [rule(['write'])], ['all'], ['write']],
    ['no shared scope to a token without', [rule(['read', 'write', 'files'])], ['read'], ['read', 'files']],
    ['no scope that there implies a shared one which the token lacks', [rule(['super'])], ['read'], []],
    ['a scope whose implied ones the token has', [rule(['super'])], ['write'], ['super']],
    ['nothing that the called server does not know', [rule(['all', 'files'])], ['all'], ['files']],
    ['nothing to a token without what a rule requires', [rule(['files'], ['write'])], ['read'], null],
    ['something to a token with more than a rule requires', [rule(['files'], ['write'])], ['all'], ['files']],
    ['the rules that fit', [rule(['files'], ['read']), rule(['read'], ['write'])], ['read'], ['files']],
    [
      'all of them together',
      [rule(['files'], ['read']), rule(['read', 'files'])],
      ['read'],
      ['files', 'read'],
    ],
    ['nothing without a rule', [], ['all'], null],
  ])('gives %s', (_, rules, held, scopes) => {
    expect(delegableScopes(rules, held, from, to)).toEqual(scopes);
  });
});
