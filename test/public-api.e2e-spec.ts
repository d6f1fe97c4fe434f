import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as betterAuth from '../src/better-auth.js';
import * as library from '../src/index.js';
import * as resource from '../src/resource.js';
import * as serviceKit from '../src/service-kit.js';
import * as testing from '../src/testing.js';

const ROOT = join(import.meta.dirname, '..');

describe('the public API', () => {
  it('is this list', () => {
    expect(Object.keys(library).toSorted()).toEqual([
      'AUDIT_ACTIONS',
      'AccountDirectory',
      'AuditLog',
      'AuthorizationPolicy',
      'ClaimsProvider',
      'Clock',
      'MCP_AUTH_CONNECTION',
      'McpAuthGuard',
      'McpAuthModule',
      'McpClients',
      'McpConnections',
      'McpDelegation',
      'McpHealth',
      'McpInteractions',
      'McpLogout',
      'McpResources',
      'McpRevocations',
      'McpSecrets',
      'McpServiceAccounts',
      'McpSession',
      'McpSessions',
      'McpSigningKeys',
      'OAuthError',
      'PromptScopes',
      'Public',
      'RateLimiter',
      'RequireScopes',
      'Resource',
      'ResourceScopes',
      'SIGNING_ALGORITHMS',
      'ToolScopes',
      'audited',
      'missingScopes',
      'permitted',
      'throughMiddleware',
    ]);
  });

  it('is another list for the service, which may change in any version', () => {
    expect(Object.keys(serviceKit).toSorted()).toEqual([
      'Brand',
      'CLIENT_KINDS',
      'ClientCatalog',
      'ClientName',
      'Contact',
      'DEVICE_GRANT_TYPE',
      'Fact',
      'Foreign',
      'ForeignFetch',
      'ForeignFetchError',
      'GrantCatalog',
      'Host',
      'HostNews',
      'MOST_GRANTS_COUNTED',
      'Periodic',
      'Problem',
      'RESOURCE_MEMBERS',
      'StatementValues',
      'dataSourceOptions',
      'decodeSecretText',
      'describeClients',
      'describeDelegationDepth',
      'describeDelegations',
      'describeIdentityAssertions',
      'describeLinkedServers',
      'describeResourceServers',
      'describeResources',
      'describeServiceAccounts',
      'describeTrustedIssuers',
      'describeWorkloads',
      'displayText',
      'holding',
      'isClientDomain',
      'isDatabaseAway',
      'isLoopbackHost',
      'isPrivateUseScheme',
      'isServerScope',
      'issuerProblem',
      'migrateStorage',
      'network',
      'openStorage',
      'pageHeaders',
      'redirectHost',
      'redirectKind',
      'redirectOrigin',
      'renderDocument',
      'renderPage',
      'shownName',
      'storedIssuer',
      'storedResources',
      'windowSql',
      'withBranding',
    ]);
  });

  it('is this list for a resource alone', () => {
    expect(Object.keys(resource).toSorted()).toEqual([
      'AUDIT_ACTIONS',
      'AuditLog',
      'Clock',
      'McpAuthGuard',
      'McpDelegation',
      'McpResourceModule',
      'McpSession',
      'McpSessions',
      'OAuthError',
      'PromptScopes',
      'Public',
      'RequireScopes',
      'Resource',
      'ResourceScopes',
      'ToolScopes',
      'audited',
      'permitted',
    ]);
  });

  it('is this list for whoever moves over from Better Auth', () => {
    expect(Object.keys(betterAuth).toSorted()).toEqual([
      'BetterAuthDatabase',
      'ImportTally',
      'importBetterAuth',
    ]);
  });

  it('is this list for tests', () => {
    expect(Object.keys(testing).toSorted()).toEqual(['TestTokens', 'guardFor']);
  });

  it('loads from the build, as every entry, without a top-level await', async () => {
    const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      exports: Record<string, { default: string }>;
    };
    const built = (entry: string) => import(join(ROOT, exports[entry]?.default ?? '')) as Promise<object>;
    expect(Object.keys(await built('.')).toSorted()).toEqual(Object.keys(library).toSorted());
    expect(Object.keys(await built('./service-kit')).toSorted()).toEqual(Object.keys(serviceKit).toSorted());
    expect(Object.keys(await built('./better-auth')).toSorted()).toEqual(Object.keys(betterAuth).toSorted());
    expect(Object.keys(await built('./testing')).toSorted()).toEqual(Object.keys(testing).toSorted());
    expect(Object.keys(await built('./resource')).toSorted()).toEqual(Object.keys(resource).toSorted());
  });
});
