import { Injectable } from '@nestjs/common';
import { AuditReader } from '../../audit/audit-reader.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { ClientAdministration } from '../../clients/client-administration.js';
import { ConnectionAdministration } from '../../clients/connection-administration.js';
import { AccountChanges } from '../../people/account-changes.js';
import { AuditQuestions } from '../../people/audit-questions.js';
import { People } from '../../people/people.js';
import { AccessRules } from '../../policy/access-rules.js';
import { Approvals } from '../../policy/approvals.js';
import { DryRun } from '../../policy/dry-run.js';
import { KeyChanges } from '../../keys/key-changes.js';
import { ServerChanges } from '../../servers/server-changes.js';
import { ServerCheck } from '../../servers/server-check.js';
import { ProviderReports } from '../../sign-in/providers/provider-reports.js';
import { SignOuts } from '../../people/sign-outs.js';
import { SettingsChanges } from '../../settings/settings-changes.js';

/** What the tools work with: the services that the pages and the REST API call. */
@Injectable()
export class ToolServices {
  constructor(
    readonly people: People,
    readonly accounts: AccountChanges,
    readonly providers: ProviderReports,
    readonly clients: ClientAdministration,
    readonly connections: ConnectionAdministration,
    readonly audit: AuditReader,
    readonly questions: AuditQuestions,
    readonly trail: AuditTrail,
    readonly rules: AccessRules,
    readonly approvals: Approvals,
    readonly dryRun: DryRun,
    readonly servers: ServerChanges,
    readonly serverCheck: ServerCheck,
    readonly keys: KeyChanges,
    readonly settings: SettingsChanges,
    readonly signOuts: SignOuts,
  ) {}
}
