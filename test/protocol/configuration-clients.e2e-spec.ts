import { describe, expect, it } from 'vitest';
import {
  type ClientOptions,
  type IdentityAssertionOptions,
  type LinkedServerOptions,
  type McpAuthOptions,
} from '../../src/index.js';
import { resolveSettings } from '../../src/mcp-auth.settings.js';

const SECRET = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=';
const ISSUER = 'https://login.example.com';

const options = (overrides: Partial<McpAuthOptions>): McpAuthOptions => ({
  issuer: 'https://auth.example.com',
  resource: 'https://api.example.com/mcp',
  loginPage: '/sign-in',
  scopes: { read: 'Read' },
  database: { url: 'postgres://127.0.0.1/none' },
  secret: SECRET,
  ...overrides,
});

describe('clients in the options of McpAuthModule', () => {
  it.each<[string, Partial<ClientOptions>, string]>([
    ['an id with a blank', { clientId: 'a b' }, 'must be letters'],
    ['an id that could be a user', { clientId: '0190f2b5-77a6-7a35-a9d6-0a3e4a3d8b11' }, "could be a user's"],
    ['a name of blanks', { name: ' ' }, 'must have a name of 1 to 200 characters'],
    ['nothing to prove itself with', { clientSecret: undefined }, 'needs `jwks`'],
    ['two ways to prove itself', { jwksUri: 'https://a.example' }, 'must have one of'],
    ['a short secret', { clientSecret: 'short' }, 'at least 32 random characters'],
    ['a redirect URI that is none', { redirectUris: ['javascript:1'] }, 'which is none'],
    ['the id of another', { clientId: 'second' }, 'Two clients have the id second'],
    ['the id of a service account', { clientId: 'job' }, 'is the id of another client'],
  ])('refuse one with %s in one sentence', (_, client, sentence) => {
    const described = [
      { clientId: 'first', clientSecret: SECRET, ...client },
      { clientId: 'second', clientSecret: SECRET },
    ];
    const serviceAccounts = [{ clientId: 'job', clientSecret: SECRET }];
    expect(() => resolveSettings(options({ clients: described, serviceAccounts }))).toThrow(sentence);
  });

  // A tenant's people are kept under the issuer and the tenant as its fragment.
  it.each(['https://a.example#one', 'https://a.example?one', 'a.example'])(
    'refuse the issuer %s',
    (issuer) => {
      expect(() => resolveSettings(options({ trustedIssuers: [{ issuer }] }))).toThrow(
        'must be an https URL',
      );
    },
  );

  it.each<[string, Partial<IdentityAssertionOptions>, string]>([
    ['of an issuer that nobody trusts', { issuer: 'https://b.example' }, 'does not name'],
    ['without clients', { clients: [] }, 'need `clients`'],
    ['for a client that is unknown', { clients: ['b'] }, 'which `clients` does not name'],
    ['for a resource that is no URL', { resources: ['x'] }, 'no absolute http(s) URL'],
    ['for a scope of the server', { scopes: ['openid'] }, 'can be no scope'],
    ['of an empty tenant', { tenant: '' }, 'must have text as `tenant`'],
    ['of which another names the same client', { tenant: 'acme' }, 'one rule must say it all'],
  ])('refuse identity assertions %s in one sentence', (_, rule, sentence) => {
    const identityAssertions = [
      { issuer: ISSUER, clients: ['a'], ...rule },
      { issuer: ISSUER, clients: ['a'], tenant: 'acme' },
    ];
    const clients = [{ clientId: 'a', clientSecret: SECRET }];
    const trustedIssuers = [{ issuer: ISSUER }];
    expect(() => resolveSettings(options({ clients, trustedIssuers, identityAssertions }))).toThrow(sentence);
  });

  it.each<[string, Partial<LinkedServerOptions>, string]>([
    ['that is no URL', { issuer: 'elsewhere' }, 'must be an absolute URL'],
    ['that is this server itself', { issuer: 'https://auth.example.com' }, 'is this server itself'],
    ['for a client that is unknown', { client: 'b' }, 'which `clients` does not name'],
    ['without resources', { resources: [] }, 'needs `resources`'],
    ['with a resource that is no URL', { resources: ['x'] }, 'no absolute http(s) URL'],
    ['without scopes', { scopes: [] }, 'needs `scopes`'],
    ['with a scope that is none', { scopes: ['a b'] }, 'can be no scope'],
    ['with no groups in a list', { groups: [] }, 'must have names as `groups`'],
    ['with an age of half a second', { maxAge: 0.5 }, 'whole seconds as `maxAge`'],
    ['with claims of another scope', { claims: ['phone' as 'email'] }, 'email or profile'],
    ['that stands there twice', { scopes: ['a'] }, 'one must say it all'],
  ])('refuse a linked server %s in one sentence', (_, server, sentence) => {
    const linked = { issuer: ISSUER, client: 'a', resources: ['https://a.example/mcp'], scopes: ['a'] };
    const linkedServers = [{ ...linked, ...server }, linked];
    const clients = [{ clientId: 'a', clientSecret: SECRET }];
    expect(() => resolveSettings(options({ clients, linkedServers }))).toThrow(sentence);
  });
});
