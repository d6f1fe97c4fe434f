import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { AuditController } from './audit/audit.controller.js';
import { DailyCounts } from './overview/daily-counts.js';
import { OverviewController } from './overview/overview.controller.js';
import { ServiceHealth } from './overview/service-health.js';
import { PersonAccountController } from './person/person-account.controller.js';
import { PersonController } from './person/person.controller.js';
import { PersonPages } from './person/person-pages.js';

/** Pages for administrators and auditors that put several features together. */
@Module({
  imports: [AuditModule, PeopleModule, PolicyModule],
  controllers: [OverviewController, AuditController, PersonController, PersonAccountController],
  providers: [PersonPages, DailyCounts, ServiceHealth],
})
export class ConsoleModule {}
