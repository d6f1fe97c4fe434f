import type { DynamicModule } from '@nestjs/common';
import { type Clock, McpAuthModule } from 'nestjs-mcp-auth';
import { AuditTrail } from './audit/audit-trail.js';
import { adminServers } from './config/admin-servers.js';
import { exampleServer } from './config/example-config.js';
import type { ServiceConfig } from './config/service-config.js';
import { ServiceRateLimiter } from './operations/service-rate-limiter.js';
import { ServicePolicy } from './policy/service-policy.js';
import { SERVICE_DATABASE } from './schema.js';
import { ServiceAccounts } from './sign-in/service-accounts.js';

/** The library, as the service is configured. */
export function libraryModule(config: ServiceConfig, clock: Clock): DynamicModule {
  const { address, example, resources } = config;
  return McpAuthModule.forRoot({
    issuer: address.issuer,
    resource: [
      ...(example.enabled || resources.length === 0 ? [exampleServer(example)] : []),
      ...resources,
      ...adminServers(address),
    ],
    loginPage: `${address.basePath}/sign-in`,
    oidcConfig: {
      accessTokenExpiresIn: config.accessTokenTtl,
      refreshTokenExpiresIn: config.refreshTokenTtl,
      refreshTokenGrace: config.refreshGrace,
      grantMaxAge: config.grantMaxAge,
    },
    signing: config.signing,
    dpop: config.dpop,
    registration: config.registration,
    serviceAccounts: config.policy.file?.serviceAccounts ?? [],
    trustedIssuers: config.policy.file?.trustedIssuers,
    workloads: config.policy.file?.workloads,
    delegations: config.policy.file?.delegations,
    delegationDepth: config.policy.file?.delegationDepth,
    clients: config.policy.file?.preRegisteredClients,
    identityAssertions: config.policy.file?.identityAssertions.map(({ options }) => options),
    linkedServers: config.policy.file?.linkedServers.map(({ options }) => options),
    clientIdMetadataDocuments: config.clientDocuments,
    redirectSchemes: config.redirectSchemes,
    deviceAuthorization: config.deviceAuthorization,
    requirePushedAuthorizationRequests: config.requirePushedAuthorizationRequests,
    tokenEndpointAudience: config.tokenEndpointAudience,
    rateLimit: config.rateLimit.enabled,
    database: { ...config.database, ...SERVICE_DATABASE },
    secret: config.secrets,
    trustProxy: config.trustProxy,
    clock,
    accounts: ServiceAccounts,
    policy: ServicePolicy,
    audit: AuditTrail,
    rateLimiter: ServiceRateLimiter,
  });
}
