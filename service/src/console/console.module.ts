import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { AuditController } from './audit/audit.controller.js';
import { AttentionReader } from './overview/attention.js';
import { DailyCounts } from './overview/daily-counts.js';
import { OverviewController } from './overview/overview.controller.js';
import { ServiceHealth } from './overview/service-health.js';
import { PersonAccountController } from './person/person-account.controller.js';
import { PersonEndsController } from './person/person-ends.controller.js';
import { PersonHoldings } from './person/person-holdings.js';
import { PersonController } from './person/person.controller.js';
import { PersonPages } from './person/person-pages.js';
import { ProvidersController } from './providers/providers.controller.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { StartController } from './start/start.controller.js';

/** Pages that put several features together: the start page of everybody, and those of administrators and auditors. */
@Module({
  imports: [AuditModule, PeopleModule, PolicyModule, SignInModule],
  controllers: [
    StartController,
    OverviewController,
    AuditController,
    ProvidersController,
    PersonController,
    PersonAccountController,
    PersonEndsController,
  ],
  providers: [PersonPages, PersonHoldings, DailyCounts, ServiceHealth, AttentionReader],
})
export class ConsoleModule {}
