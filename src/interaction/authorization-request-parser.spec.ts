import { describe, expect, it } from 'vitest';
import type { OAuthClient } from '../oauth/client.js';
import { Parameters } from '../oauth/parameters.js';
import { StaticProtectedResources } from '../oauth/protected-resources.js';
import { parseAuthorizationRequest } from './authorization-request-parser.js';

const REDIRECT = 'https://client.example/callback';
const resources = new StaticProtectedResources('https://auth.example.com', [
  {
    identifier: 'https://api.example.com/mcp',
    name: 'Notes',
    scopes: { 'notes:read': 'Read', 'notes:write': 'Write', 'admin:people': 'Administer people' },
    challengeScopes: ['notes:read', 'admin:people'],
    scopeHierarchy: {},
    accessTokenExpiresIn: null,
    signingAlgorithm: null,
    maxAge: null,
    enabled: true,
  },
]);

describe('the scopes of a request that names none of the resource (RFC 6749 §3.3)', () => {
  const scopes = (source: OAuthClient['source'], parameters: Record<string, string>) => {
    const client = {
      clientId: 'client',
      source,
      grantTypes: ['authorization_code'],
    } as unknown as OAuthClient;
    const sent = {
      response_type: 'code',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      ...parameters,
    };
    return parseAuthorizationRequest(new Parameters(Object.entries(sent)), client, REDIRECT, resources)
      .scopes;
  };
  const named = { resource: 'https://api.example.com/mcp' };

  it.each<[OAuthClient['source'], Record<string, string>, string[]]>([
    ['registered', { scope: 'openid profile' }, ['openid', 'profile', 'notes:read']],
    ['registered', { ...named, scope: 'openid' }, ['openid', 'notes:read']],
    ['document', { scope: 'offline_access unknown' }, ['offline_access', 'notes:read']],
    ['registered', { scope: 'openid notes:write' }, ['openid', 'notes:write']],
    ['static', { scope: 'openid profile' }, ['openid', 'profile']],
    ['static', { ...named, scope: 'openid' }, ['openid']],
    ['administrator', { scope: 'openid email' }, ['openid', 'email']],
  ])('are, for a client that is %s and sends %j: %j', (source, parameters, expected) => {
    expect(scopes(source, parameters)).toEqual(expected);
  });
});
