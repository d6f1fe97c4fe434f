import { ConfigurableModuleBuilder, type Type } from '@nestjs/common';
import type { AccountDirectory } from './host/account-directory.js';
import type { AuditLog } from './host/audit-log.js';
import type { AuthorizationPolicy } from './host/authorization-policy.js';
import type { ClaimsProvider } from './host/claims-provider.js';
import type { RateLimiter } from './host/rate-limiter.js';
import type { McpAuthExtras, McpAuthOptions } from './mcp-auth.options.js';

/** The class that the host names as its account directory. */
export const ACCOUNTS_CLASS = Symbol('mcp-auth:accounts-class');

/** The class that the host names as its claims provider, if any. */
export const CLAIMS_CLASS = Symbol('mcp-auth:claims-class');

/** The class that the host names as its policy, if any. */
export const POLICY_CLASS = Symbol('mcp-auth:policy-class');

/** The class that the host names as its audit log, if any. */
export const AUDIT_CLASS = Symbol('mcp-auth:audit-class');
/** The class that the host names as its rate limiter, if any. */
export const RATE_LIMITER_CLASS = Symbol('mcp-auth:rate-limiter-class');

const extras: Partial<McpAuthExtras> = {
  accounts: undefined,
  claims: undefined,
  policy: undefined,
  audit: undefined,
  rateLimiter: undefined,
};

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: MCP_AUTH_OPTIONS } =
  new ConfigurableModuleBuilder<McpAuthOptions>({ moduleName: 'McpAuth' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createMcpAuthOptions')
    .setExtras(extras as McpAuthExtras, (definition, { accounts, claims, policy, audit, rateLimiter }) => ({
      ...definition,
      global: true,
      providers: [
        ...(definition.providers ?? []),
        { provide: ACCOUNTS_CLASS, useValue: accounts satisfies Type<AccountDirectory> },
        { provide: CLAIMS_CLASS, useValue: claims satisfies Type<ClaimsProvider> | undefined },
        { provide: POLICY_CLASS, useValue: policy satisfies Type<AuthorizationPolicy> | undefined },
        { provide: AUDIT_CLASS, useValue: audit satisfies Type<AuditLog> | undefined },
        { provide: RATE_LIMITER_CLASS, useValue: rateLimiter satisfies Type<RateLimiter> | undefined },
      ],
    }))
    .build();
