import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { AccessEnds } from './access-ends.js';
import { AccessRules } from './access-rules.js';
import { ApprovalNotices } from './approval-notices.js';
import { ApplicationPages } from './application-pages.js';
import { ApplicationsController } from './applications.controller.js';
import { Approvals } from './approvals.js';
import { DecisionStore } from './decision-store.js';
import { NoticeStore } from './notice-store.js';
import { RequestStore } from './request-store.js';
import { RulePages } from './rule-pages.js';
import { RuledServers } from './ruled-servers.js';
import { RulesController } from './rules.controller.js';
import { SeenClients } from './seen-clients.js';
import { TryAccessController } from './try-access.controller.js';
import { WaitingApplications } from './waiting-applications.js';
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
  controllers: [ApplicationsController, TryAccessController, RulesController],
  providers: [
    RuledServers,
    PolicyStore,
    EvaluatedPolicies,
    PolicyAnnouncement,
    PolicyChanges,
    ServicePolicy,
    SeenGroups,
    DryRun,
    AccessRules,
    Approvals,
    AccessEnds,
    ApprovalNotices,
    DecisionStore,
    NoticeStore,
    RequestStore,
    SeenClients,
    WaitingApplications,
    ApplicationPages,
    RulePages,
  ],
  exports: [PolicyStore, ServicePolicy, AccessRules, Approvals, DryRun],
})
export class PolicyModule {}
