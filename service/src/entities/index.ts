import { AccessRuleRow } from '../policy/entities/access-rule.entity.js';
import { Account } from '../people/entities/account.entity.js';
import { AppliedPolicy } from '../policy/entities/applied-policy.entity.js';
import { AuditCheckpoint } from '../audit/entities/audit-checkpoint.entity.js';
import { AuditEventRow } from '../audit/entities/audit-event.entity.js';
import { AuditKey } from '../audit/entities/audit-key.entity.js';
import { ClientApproval } from '../policy/entities/client-approval.entity.js';
import { Invitation } from '../people/entities/invitation.entity.js';
import { PasswordLink } from '../people/entities/password-link.entity.js';
import { Session } from '../sign-in/entities/session.entity.js';
import { SetupLink } from '../people/entities/setup-link.entity.js';
import { User } from '../people/entities/user.entity.js';

export const SERVICE_ENTITIES = [
  User,
  Session,
  Account,
  SetupLink,
  Invitation,
  PasswordLink,
  AccessRuleRow,
  AppliedPolicy,
  ClientApproval,
  AuditEventRow,
  AuditCheckpoint,
  AuditKey,
];
