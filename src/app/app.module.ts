import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, McpAuthModule } from '../index.js';
import { AccountChanges } from './accounts/account-changes.js';
import { AdministratorChanges } from './accounts/administrator-changes.js';
import { Invitations } from './accounts/invitations.js';
import { PasswordChanges } from './accounts/password-changes.js';
import { PasswordLinks } from './accounts/password-links.js';
import { People } from './accounts/people.js';
import { AccessController } from './admin/access.controller.js';
import { Administration } from './admin/administration.js';
import { AuditController } from './admin/audit.controller.js';
import { DryRun } from './admin/dry-run.js';
import { InvitationsController } from './admin/invitations.controller.js';
import { PeopleController } from './admin/people.controller.js';
import { PeoplePages } from './admin/people-pages.js';
import { FirstAdministrator } from './accounts/first-administrator.js';
import { ServiceAccounts } from './accounts/service-accounts.js';
import { Users } from './accounts/users.js';
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
import { DemoMcpController } from './demo/mcp.controller.js';
import { SERVICE_ENTITIES } from './entities/index.js';
import { SERVICE_MIGRATIONS } from './migrations/index.js';
import { FederatedSignInController } from './identity-providers/federated-sign-in.controller.js';
import { Federation } from './identity-providers/federation.js';
import { IdentityProviders } from './identity-providers/identity-providers.js';
import { KnownPeople } from './identity-providers/known-people.js';
import { PendingSignInCookies } from './identity-providers/pending-sign-ins.js';
import { PolicyChanges } from './policy/policy-changes.js';
import { PolicyStore } from './policy/policy-store.js';
import { ServicePolicy } from './policy/service-policy.js';
import { ServiceRateLimiter } from './rate-limits/service-rate-limiter.js';
import { type Instruments, RunningModule } from './running/running.module.js';
import { AccountController } from './sign-in/account.controller.js';
import { InvitationController } from './sign-in/invitation.controller.js';
import { PasswordController } from './sign-in/password.controller.js';
import { PasswordLinkController } from './sign-in/password-link.controller.js';
import { SignedInPerson } from './sign-in/signed-in-person.js';
import { ConnectionsController } from './sign-in/connections.controller.js';
import { Csrf } from './sign-in/csrf.js';
import { OpenSessions } from './sign-in/open-sessions.js';
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
