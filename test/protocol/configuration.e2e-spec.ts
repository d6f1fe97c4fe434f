import { describe, expect, it } from 'vitest';
import { type McpAuthOptions, type ServiceAccountOptions } from '../../src/index.js';
import { resolveSettings } from '../../src/mcp-auth.settings.js';
import { postgresUrl } from '../support/postgres.js';

const SECRET = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=';

const [A, B] = ['https://a.example/mcp', 'https://b.example/mcp'];
const TWO_SERVERS: McpAuthOptions['resource'] = [
  { identifier: A, scopes: { a: 'Do a' }, introspection: { clientId: 'a', clientSecret: SECRET } },
  { identifier: B, scopes: { b: 'Do b' } },
];

const options = (overrides: Partial<McpAuthOptions> = {}): McpAuthOptions => ({
  issuer: 'https://auth.example.com',
  resource: 'https://api.example.com/mcp',
  loginPage: '/sign-in',
  scopes: { read: 'Read' },
  database: { url: postgresUrl ?? 'postgres://127.0.0.1/none' },
  secret: SECRET,
  ...overrides,
});

describe('the options of McpAuthModule', () => {
  it.each<[string, Partial<McpAuthOptions>, string]>([
    ['an issuer that is no URL', { issuer: 'auth' }, '`issuer` must be an absolute URL'],
    ['an http issuer', { issuer: 'http://auth.example.com' }, 'must use https'],
    ['an issuer with a trailing slash', { issuer: 'https://auth.example.com/' }, 'no trailing slash'],
    ['an issuer with a query', { issuer: 'https://auth.example.com?x' }, 'no trailing slash, query'],
    [
      'an issuer with a default port',
      { issuer: 'https://auth.example.com:443' },
      'must be written as https://auth.example.com.',
    ],
    ['no resource', { resource: [] }, '`resource` is empty'],
    [
      'a redirect scheme that runs code',
      { redirectSchemes: ['javascript'] },
      '`redirectSchemes` names "javascript"',
    ],
    [
      'a redirect scheme of the web',
      { redirectSchemes: ['my-editor', 'http'] },
      '`redirectSchemes` names "http"',
    ],
    ['a redirect scheme in capitals', { redirectSchemes: ['My-Editor'] }, 'in lower case'],
    [
      'a redirect scheme with a colon',
      { redirectSchemes: ['my-editor:'] },
      'write the scheme of an application',
    ],
    ...(
      [
        [
          'an id with blanks',
          { clientId: 'a b', clientSecret: SECRET },
          'must be letters, digits, dots, dashes',
        ],
        [
          'an id that a user could have',
          { clientId: '7a7f4c5e-1111-4222-8333-123456789abc', clientSecret: SECRET },
          "could be a user's",
        ],
        ['neither keys nor a secret', { clientId: 'job' }, 'job needs `jwks`, `jwksUri` or `clientSecret`'],
        [
          'two proofs',
          { clientId: 'job', clientSecret: SECRET, jwksUri: 'https://a.example' },
          'must have one of',
        ],
        ['a short secret', { clientId: 'job', clientSecret: 'short' }, 'at least 32 random characters'],
        [
          'a private key',
          { clientId: 'job', jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
          'public keys alone',
        ],
        ['no keys', { clientId: 'job', jwks: { keys: [] } }, '1 to 20 keys'],
        ['keys at no URL', { clientId: 'job', jwksUri: 'keys' }, 'an https URL as `jwksUri`'],
        [
          'a resource that is no URL',
          { clientId: 'job', clientSecret: SECRET, resources: ['notes'] },
          'no absolute http(s) URL',
        ],
        [
          'a scope of the server',
          { clientId: 'job', clientSecret: SECRET, scopes: ['openid'] },
          'can be no scope of a resource',
        ],
        [
          'a scope with blanks',
          { clientId: 'job', clientSecret: SECRET, scopes: ['a b'] },
          'can be no scope of a resource',
        ],
        ['an empty name', { clientId: 'job', clientSecret: SECRET, name: ' ' }, 'must have a name'],
      ] as [string, ServiceAccountOptions, string][]
    ).map(([what, account, problem]): [string, Partial<McpAuthOptions>, string] => [
      `a service account with ${what}`,
      { serviceAccounts: [account] },
      problem,
    ]),
    ...(
      [
        ['an issuer that is no URL', { trustedIssuers: [{ issuer: 'acme' }] }, 'must be an https URL'],
        [
          'an issuer twice',
          { trustedIssuers: [1, 2].map(() => ({ issuer: 'https://a.example' })) },
          'stands there twice',
        ],
        [
          'this server itself',
          { trustedIssuers: [{ issuer: 'https://auth.example.com' }] },
          'is this server itself',
        ],
        [
          'a workload of an unknown issuer',
          { workloads: [{ issuer: 'https://a.example', subject: 'x', serviceAccount: 'a' }] },
          'does not name',
        ],
        [
          'a workload that could be any',
          {
            trustedIssuers: [{ issuer: 'https://a.example' }],
            workloads: [{ issuer: 'https://a.example', serviceAccount: 'a' }],
          },
          'could be any',
        ],
        [
          'a workload without service accounts',
          {
            trustedIssuers: [{ issuer: 'https://a.example' }],
            workloads: [{ issuer: 'https://a.example', subject: 'x', serviceAccount: 'a' }],
          },
          'set `serviceAccounts`',
        ],
      ] as [string, Partial<McpAuthOptions>, string][]
    ).map(([what, given, problem]): [string, Partial<McpAuthOptions>, string] => [
      `trust in ${what}`,
      given,
      problem,
    ]),
    ...(
      [
        [
          'an unknown server',
          [{ from: A, to: 'https://nowhere.example/mcp', scopes: [] }],
          'none of the resources',
        ],
        ['the same server', [{ from: A, to: A, scopes: ['a'] }], 'leads back to itself'],
        ['a server that cannot prove itself', [{ from: B, to: A, scopes: ['a'] }], 'needs `introspection`'],
        [
          'an unknown scope',
          [{ from: A, to: B, scopes: ['a'] }],
          'which is no scope of https://b.example/mcp',
        ],
        ['a requirement that is none', [{ from: A, to: B, scopes: ['b'], requires: ['b'] }], 'in `requires`'],
        ['no scope', [{ from: A, to: B, scopes: [] }], 'gives nothing'],
        [
          'scopes that are no list',
          [{ from: A, to: B, scopes: 'b' as never }],
          'must have a list as `scopes`',
        ],
      ] as [string, McpAuthOptions['delegations'], string][]
    ).map(([what, delegations, problem]): [string, Partial<McpAuthOptions>, string] => [
      `a delegation with ${what}`,
      { resource: TWO_SERVERS, delegations },
      problem,
    ]),
    ['a chain without a server', { delegationDepth: 0 }, '`delegationDepth` must be a whole number'],
    ['a chain that is too long', { delegationDepth: 11 }, 'from 1 to 10'],
    [
      'two service accounts with one id',
      { serviceAccounts: [1, 2].map(() => ({ clientId: 'job', clientSecret: SECRET })) },
      'Two service accounts have the id job',
    ],
    [
      'a resource server with a short secret',
      {
        resource: {
          identifier: 'https://api.example.com/mcp',
          introspection: { clientId: 'api', clientSecret: 'short' },
        },
      },
      'at least 32 random characters',
    ],
    [
      'a resource server with a colon in its id',
      {
        resource: {
          identifier: 'https://api.example.com/mcp',
          introspection: { clientId: 'a:b', clientSecret: 'x'.repeat(32) },
        },
      },
      'must be letters, digits',
    ],
    ...[
      ['null', null, 'an object with `clientId`'],
      ['without a secret', { clientId: 'api' }, 'at least 32 random characters'],
      ['a number as its id', { clientId: 1, clientSecret: 'x'.repeat(32) }, 'must be letters, digits'],
      [
        'an overlap in words',
        { clientId: 'api', clientSecret: 'x'.repeat(32), overlap: '1d' },
        'must be whole seconds',
      ],
      [
        'an overlap of a year',
        { clientId: 'api', clientSecret: 'x'.repeat(32), overlap: 31_536_000 },
        'at most 2592000',
      ],
    ].map(([name, introspection, sentence]): [string, Partial<McpAuthOptions>, string] => [
      `a resource server that is ${name as string}`,
      { resource: { identifier: 'https://api.example.com/mcp', introspection: introspection as never } },
      sentence as string,
    ]),
    ['a resource that is no URL', { resource: 'mcp' }, 'must be an absolute http(s) URL'],
    ['a resource with a fragment', { resource: 'https://api.example.com/#x' }, 'without a fragment'],
    [
      'a resource twice',
      { resource: ['https://api.example.com', 'https://API.example.com/'] },
      'the same MCP server twice',
    ],
    ['a scope with a space', { scopes: { 'a b': 'x' } }, 'holds a character'],
    ['openid as a scope of a resource', { scopes: { openid: 'x' } }, 'cannot be a scope of a resource'],
    [
      'an unknown challenge scope',
      { resource: { identifier: 'https://api.example.com', challengeScopes: ['x'] } },
      'none of the scopes',
    ],
    ['a login page that is elsewhere', { loginPage: '//evil.example' }, '`loginPage` must be a path'],
    [
      'a lifetime of zero',
      { oidcConfig: { accessTokenExpiresIn: 0 } },
      '`oidcConfig.accessTokenExpiresIn` must be a whole number',
    ],
    ['a code that lives an hour', { oidcConfig: { codeExpiresIn: 3_600 } }, 'from 1 to 600'],
    ['a grace of ten minutes', { oidcConfig: { refreshTokenGrace: 600 } }, 'from 0 to 300'],
    [
      'a short registration token',
      { registration: { mode: 'token', initialAccessToken: 'x' } },
      'at least 32 characters',
    ],
    [
      'a signing algorithm with a shared secret',
      { signing: { algorithm: 'HS256' as 'ES256' } },
      '`signing.algorithm` must be one of ES256, RS256, PS256, EdDSA.',
    ],
    [
      'keys that sign for a minute',
      { signing: { rotateAfter: 60 } },
      '`signing.rotateAfter` must be a whole number of seconds, from 3600 to 315360000.',
    ],
    [
      'a key that signs before everybody knows it',
      { signing: { overlap: 60 } },
      '`signing.overlap` must be a whole number of seconds, from 600 to 2592000.',
    ],
    [
      'an overlap longer than a key signs',
      { signing: { rotateAfter: 3_600, overlap: 3_601 } },
      '`signing.overlap` must be a whole number of seconds, from 600 to 3600.',
    ],
    ['no database', { database: {} }, '`database.url` is not set'],
    ['another database', { database: { url: 'mysql://x' } }, 'must begin with postgres://'],
    [
      'a schema that is SQL',
      { database: { url: 'postgres://x', schema: 'a"; DROP' } },
      'plain PostgreSQL identifier',
    ],
    ['a short secret', { secret: 'short' }, 'at least 32 random bytes'],
    [
      'a secret of one repeated byte',
      { secret: Buffer.alloc(32, 7).toString('base64') },
      'at least 32 random bytes',
    ],
  ])('refuse %s in one sentence', (_name, overrides, sentence) => {
    expect(() => resolveSettings(options(overrides))).toThrow(sentence);
  });

  it('take several secrets, in base64 and hex', () => {
    const hex = Buffer.from(SECRET, 'base64').toString('hex');
    expect(resolveSettings(options({ secret: [SECRET, hex] })).secrets).toHaveLength(2);
  });
});
