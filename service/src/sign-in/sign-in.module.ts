import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ContinuationController } from './continuation.controller.js';
import { Destinations } from './destination.js';
import { InvitationController } from './invitation.controller.js';
import { KnownBrowsers } from './known-browsers.js';
import { LocalStrategy } from './local.strategy.js';
import { PasswordLinkController } from './password-link.controller.js';
import { FederatedSignInController } from './providers/federated-sign-in.controller.js';
import { AssertedPeople } from './providers/asserted-people.js';
import { Adoption } from './providers/adoption.js';
import { Federation } from './providers/federation.js';
import { IdentityProviders } from './providers/identity-providers.js';
import { ProviderReports } from './providers/provider-reports.js';
import { Linking } from './providers/linking.js';
import { KnownPeople } from './providers/known-people.js';
import { PendingSignInCookies } from './providers/pending-sign-ins.js';
import { ProviderTests } from './providers/provider-tests.js';
import { RecentSignIn } from './recent-sign-in.js';
import { ServiceAccounts } from './service-accounts.js';
import { SetupController } from './setup.controller.js';
import { SignInCompletion } from './sign-in-completion.js';
import { SignInController } from './sign-in.controller.js';
import { SignInSessions } from './sign-in-sessions.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { ViewerGuard } from './viewer.guard.js';

/** How people come in, and who they are then. */
@Module({
  imports: [AuditModule, PeopleModule],
  controllers: [
    SignInController,
    ContinuationController,
    FederatedSignInController,
    SetupController,
    InvitationController,
    PasswordLinkController,
  ],
  providers: [
    Destinations,
    KnownBrowsers,
    SignInSessions,
    SignInThrottle,
    SignInCompletion,
    RecentSignIn,
    LocalStrategy,
    PendingSignInCookies,
    IdentityProviders,
    KnownPeople,
    AssertedPeople,
    Adoption,
    Linking,
    Federation,
    ProviderReports,
    ProviderTests,
    ServiceAccounts,
    { provide: APP_GUARD, useClass: ViewerGuard },
  ],
  exports: [ProviderReports, ProviderTests, SignInThrottle, SignInSessions, KnownBrowsers, RecentSignIn],
})
export class SignInModule {}
