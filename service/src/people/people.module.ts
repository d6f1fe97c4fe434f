import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuditQuestions } from './audit-questions.js';
import { AccessRevocation } from './access-revocation.js';
import { AccountChanges } from './account-changes.js';
import { AdministratorAppointment } from './administrator-appointment.js';
import { AccountEvents } from './account-events.js';
import { AccountMerge } from './account-merge.js';
import { AccountReset } from './account-reset.js';
import { AdministratorChanges } from './administrator-changes.js';
import { FirstAdministrator } from './first-administrator.js';
import { InvitationsController } from './invitations.controller.js';
import { Identities } from './identities.js';
import { IdentityRemoval } from './identity-removal.js';
import { Invitations } from './invitations.js';
import { NewPeople } from './new-people.js';
import { OpenSessions } from './open-sessions.js';
import { PasswordChanges } from './password-changes.js';
import { PasswordLinks } from './password-links.js';
import { PeopleController } from './people.controller.js';
import { PeopleImports } from './people-import.js';
import { PersonDetails } from './person-details.js';
import { People } from './people.js';
import { UsedLinks } from './used-links.js';
import { SessionEnds } from './session-ends.js';
import { SignOuts } from './sign-outs.js';
import { Users } from './users.js';

const SERVICES = [
  AuditQuestions,
  Users,
  People,
  NewPeople,
  OpenSessions,
  SessionEnds,
  SignOuts,
  AdministratorChanges,
  AccountChanges,
  AccountEvents,
  AccountReset,
  AccountMerge,
  IdentityRemoval,
  PersonDetails,
  Identities,
  Invitations,
  PasswordChanges,
  PasswordLinks,
  UsedLinks,
  FirstAdministrator,
  AdministratorAppointment,
  AccessRevocation,
  PeopleImports,
];

/** Everybody who has an account, and what changes about it. */
@Module({
  imports: [AuditModule],
  controllers: [PeopleController, InvitationsController],
  providers: SERVICES,
  exports: SERVICES,
})
export class PeopleModule {}
