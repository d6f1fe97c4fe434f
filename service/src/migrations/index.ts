import { ServiceAccounts1764000000001 } from './1764000000001-service-accounts.js';
import { Groups1765000000000 } from './1765000000000-groups.js';
import { AccessPolicy1765100000000 } from './1765100000000-access-policy.js';
import { SessionIssuer1765200000000 } from './1765200000000-session-issuer.js';
import { RateLimit1765300000000 } from './1765300000000-rate-limit.js';
import { Audit1765310000000 } from './1765310000000-audit.js';
import { People1765450000000 } from './1765450000000-people.js';

export const SERVICE_MIGRATIONS = [
  ServiceAccounts1764000000001,
  Groups1765000000000,
  AccessPolicy1765100000000,
  SessionIssuer1765200000000,
  RateLimit1765300000000,
  Audit1765310000000,
  People1765450000000,
];
