import { AccessEnd } from './entities/access-end.entity.js';
import { AccessRuleRow } from './entities/access-rule.entity.js';
import { AppliedPolicy } from './entities/applied-policy.entity.js';
import { ApprovalNotice } from './entities/approval-notice.entity.js';
import { ApprovalRequest } from './entities/approval-request.entity.js';
import { ClientApproval } from './entities/client-approval.entity.js';
import { ClientDecision } from './entities/client-decision.entity.js';
import { AccessPolicy1765100000000 } from './migrations/1765100000000-access-policy.js';
import { PolicyProviders1766150000000 } from './migrations/1766150000000-policy-providers.js';
import { PolicySource1765900000000 } from './migrations/1765900000000-policy-source.js';
import { PolicyFormat1766010000000 } from './migrations/1766010000000-policy-format.js';
import { PolicyConsole1766830010000 } from './migrations/1766830010000-policy-console.js';
import { RequestKinds1766865000000 } from './migrations/1766865000000-request-kinds.js';
import { DecisionsAtPages1766870000000 } from './migrations/1766870000000-decisions-at-pages.js';

export const POLICY_ENTITIES = [
  AccessRuleRow,
  AppliedPolicy,
  ClientApproval,
  ClientDecision,
  ApprovalRequest,
  ApprovalNotice,
  AccessEnd,
];
export const POLICY_MIGRATIONS = [
  AccessPolicy1765100000000,
  PolicySource1765900000000,
  PolicyFormat1766010000000,
  PolicyProviders1766150000000,
  PolicyConsole1766830010000,
  RequestKinds1766865000000,
  DecisionsAtPages1766870000000,
];
