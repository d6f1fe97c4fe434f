import { AccessRuleRow } from './entities/access-rule.entity.js';
import { AppliedPolicy } from './entities/applied-policy.entity.js';
import { ClientApproval } from './entities/client-approval.entity.js';
import { AccessPolicy1765100000000 } from './migrations/1765100000000-access-policy.js';
import { PolicyProviders1766150000000 } from './migrations/1766150000000-policy-providers.js';
import { PolicySource1765900000000 } from './migrations/1765900000000-policy-source.js';
import { PolicyFormat1766010000000 } from './migrations/1766010000000-policy-format.js';

export const POLICY_ENTITIES = [AccessRuleRow, AppliedPolicy, ClientApproval];
export const POLICY_MIGRATIONS = [
  AccessPolicy1765100000000,
  PolicySource1765900000000,
  PolicyFormat1766010000000,
  PolicyProviders1766150000000,
];
