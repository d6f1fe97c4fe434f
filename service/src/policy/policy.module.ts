import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { AccessController } from './access.controller.js';
import { DryRun } from './dry-run.js';
import { EvaluatedPolicies } from './evaluated-policies.js';
import { PolicyAnnouncement } from './policy-announcement.js';
import { PolicyChanges } from './policy-changes.js';
import { PolicyStore } from './policy-store.js';
import { SeenGroups } from './seen-groups.js';
import { ServicePolicy } from './service-policy.js';

/** Who may do what, on which MCP server, with which client. */
@Module({
  imports: [AuditModule, PeopleModule],
  controllers: [AccessController],
  providers: [
    PolicyStore,
    EvaluatedPolicies,
    PolicyAnnouncement,
    PolicyChanges,
    ServicePolicy,
    SeenGroups,
    DryRun,
  ],
  exports: [PolicyStore],
})
export class PolicyModule {}
