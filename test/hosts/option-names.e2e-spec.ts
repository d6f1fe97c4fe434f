import { expect, it } from 'vitest';
import { MCP_AUTH_NAMES } from '../../src/mcp-auth.option-names.js';
import { describeResourceServers } from '../../src/resources/describe-resource-servers.js';
import { checkNames } from '../../src/resources/option-names.js';

it.each([
  ['clients', { redirectUri: '' }, 'redirectUris'],
  ['serviceAccounts', { scope: '' }, 'scopes'],
  ['trustedIssuers', { jwks_uri: '' }, 'jwksUri'],
  ['workloads', { sub: '' }, 'subject'],
  ['delegations', { require: [] }, 'requires'],
  ['identityAssertions', { tenantId: '' }, 'tenant'],
  ['linkedServers', { group: [] }, 'groups'],
])('a name that there is not in an entry of %s is no option', (list, entry, meant) => {
  const [wrong = ''] = Object.keys(entry);
  expect(() => checkNames({ [list]: [{}, entry] }, MCP_AUTH_NAMES)).toThrow(
    `\`${list}[1].${wrong}\` is no option here: write it as \`${list}[1].${meant}\`.`,
  );
  expect(() => checkNames({ [list]: [{}, { [meant]: '' }] }, MCP_AUTH_NAMES)).not.toThrow();
});

it('a name that there is not in the credentials of a server is no option', () => {
  const credentials = { clientId: 'files', clientSecret: 'x'.repeat(32), overlapping: 0 };
  const resource = { identifier: 'https://files.example/mcp', introspection: credentials };
  expect(() => describeResourceServers({ resource })).toThrow(
    '`introspection.overlapping` is no option here: write it as `introspection.overlap`.',
  );
});
