import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, McpAuthModule } from 'nestjs-mcp-auth';
import { AccountChanges } from './people/account-changes.js';
import { AdministratorChanges } from './people/administrator-changes.js';
import { Invitations } from './people/invitations.js';
import { PasswordChanges } from './people/password-changes.js';
import { PasswordLinks } from './people/password-links.js';
import { People } from './people/people.js';
import { AccessController } from './policy/access.controller.js';
import { Administration } from './web/administration.js';
import { AuditController } from './audit/audit.controller.js';
import { DryRun } from './policy/dry-run.js';
import { InvitationsController } from './people/invitations.controller.js';
import { PeopleController } from './people/people.controller.js';
import { PeoplePages } from './people/people-pages.js';
import { FirstAdministrator } from './people/first-administrator.js';
import { ServiceAccounts } from './people/service-accounts.js';
import { Users } from './people/users.js';
import { AuditExport } from './audit/audit-export.js';
import { AuditKeys } from './audit/audit-keys.js';
import { AuditReader } from './audit/audit-reader.js';
import { AuditRetention } from './audit/audit-retention.js';
import { AuditSealer } from './audit/audit-sealer.js';
import { AuditStore } from './audit/audit-store.js';
import { AuditTrail } from './audit/audit-trail.js';
import { AuditVerifier } from './audit/audit-verifier.js';
import type { ServiceConfig } from './config/service-config.js';
import { SERVICE_CONFIG } from './config/service-config.token.js';
import { DemoMcpController } from './example/mcp.controller.js';
import { SERVICE_ENTITIES } from './entities/index.js';
import { SERVICE_MIGRATIONS } from './migrations/index.js';
import { FederatedSignInController } from './sign-in/providers/federated-sign-in.controller.js';
import { Federation } from './sign-in/providers/federation.js';
import { IdentityProviders } from './sign-in/providers/identity-providers.js';
import { KnownPeople } from './sign-in/providers/known-people.js';
import { PendingSignInCookies } from './sign-in/providers/pending-sign-ins.js';
import { PolicyChanges } from './policy/policy-changes.js';
import { PolicyStore } from './policy/policy-store.js';
import { ServicePolicy } from './policy/service-policy.js';
import { ServiceRateLimiter } from './operations/service-rate-limiter.js';
import { type Instruments, RunningModule } from './operations/running.module.js';
import { AccountController } from './account/account.controller.js';
import { InvitationController } from './sign-in/invitation.controller.js';
import { PasswordController } from './account/password.controller.js';
import { PasswordLinkController } from './sign-in/password-link.controller.js';
import { SignedInPerson } from './sign-in/signed-in-person.js';
import { ConnectionsController } from './account/connections.controller.js';
import { Csrf } from './web/csrf.js';
import { OpenSessions } from './account/open-sessions.js';
import { LocalStrategy } from './sign-in/local.strategy.js';
import { SetupController } from './sign-in/setup.controller.js';
import { SignInCompletion } from './sign-in/sign-in-completion.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInSessions } from './sign-in/sign-in-sessions.js';
import { SignInThrottle } from './sign-in/sign-in-throttle.js';

/** The company's auth service: the library's first customer. */
@Module({})
export class AppModule {
  static forConfig(config: ServiceConfig, instruments: Instruments, clock = new Clock()): DynamicModule {
    const { issuer, mcpUrl } = config;
    const demo = {
      identifier: mcpUrl,
      name: 'Company tools',
      scopes: { 'mcp:tools': 'Use the tools for you', 'notes:delete': 'Delete your notes' },
      challengeScopes: ['mcp:tools'],
    };
    return {
      module: AppModule,
      imports: [
        McpAuthModule.forRoot({
          issuer,
          resource: [...(config.demo || config.resources.length === 0 ? [demo] : []), ...config.resources],
          loginPage: '/sign-in',
          oidcConfig: {
            accessTokenExpiresIn: config.accessTokenTtl,
            refreshTokenExpiresIn: config.refreshTokenTtl,
            refreshTokenGrace: config.refreshGrace,
            grantMaxAge: config.grantMaxAge,
          },
          signing: config.signing,
          registration: config.registration,
          clientIdMetadataDocuments: config.clientDocuments,
          rateLimit: config.rateLimit.enabled,
          database: { ...config.database, entities: SERVICE_ENTITIES, migrations: SERVICE_MIGRATIONS },
          secret: config.secrets,
          trustProxy: config.trustProxy,
          clock,
          accounts: ServiceAccounts,
          policy: ServicePolicy,
          audit: AuditTrail,
          rateLimiter: ServiceRateLimiter,
        }),
        RunningModule.forConfig(config, instruments),
      ],
      controllers: [
        SignInController,
        FederatedSignInController,
        SetupController,
        AccessController,
        AuditController,
        PeopleController,
        InvitationsController,
        AccountController,
        PasswordController,
        PasswordLinkController,
        InvitationController,
        ConnectionsController,
        ...(config.demo ? [DemoMcpController] : []),
      ],
      providers: [
        { provide: SERVICE_CONFIG, useValue: config },
        { provide: Clock, useValue: clock },
        Users,
        People,
        AdministratorChanges,
        AccountChanges,
        Invitations,
        PasswordChanges,
        PasswordLinks,
        FirstAdministrator,
        ServiceAccounts,
        SignInSessions,
        OpenSessions,
        SignedInPerson,
        SignInThrottle,
        LocalStrategy,
        Csrf,
        Administration,
        PeoplePages,
        DryRun,
        SignInCompletion,
        PendingSignInCookies,
        IdentityProviders,
        Federation,
        KnownPeople,
        PolicyStore,
        PolicyChanges,
        ServicePolicy,
        AuditStore,
        AuditTrail,
        AuditKeys,
        AuditRetention,
        AuditSealer,
        AuditVerifier,
        AuditExport,
        AuditReader,
      ],
    };
  }
}
