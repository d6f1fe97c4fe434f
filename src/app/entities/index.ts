import { AccessRuleRow } from './access-rule.entity.js';
import { Account } from './account.entity.js';
import { AppliedPolicy } from './applied-policy.entity.js';
import { AuditCheckpoint } from './audit-checkpoint.entity.js';
import { AuditEventRow } from './audit-event.entity.js';
import { AuditKey } from './audit-key.entity.js';
import { ClientApproval } from './client-approval.entity.js';
import { Invitation } from './invitation.entity.js';
import { PasswordLink } from './password-link.entity.js';
import { Session } from './session.entity.js';
import { SetupLink } from './setup-link.entity.js';
import { User } from './user.entity.js';

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
