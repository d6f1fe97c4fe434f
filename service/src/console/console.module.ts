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
import { PersonController } from './person/person.controller.js';
import { PersonPages } from './person/person-pages.js';
import { StartController } from './start/start.controller.js';

/** Pages that put several features together: the start page of everybody, and those of administrators and auditors. */
@Module({
  imports: [AuditModule, PeopleModule, PolicyModule],
  controllers: [
    StartController,
    OverviewController,
    AuditController,
    PersonController,
    PersonAccountController,
  ],
  providers: [PersonPages, DailyCounts, ServiceHealth, AttentionReader],
})
export class ConsoleModule {}
