import { Account } from './entities/account.entity.js';
import { Identity } from './entities/identity.entity.js';
import { Invitation } from './entities/invitation.entity.js';
import { PasswordLink } from './entities/password-link.entity.js';
import { Session } from './entities/session.entity.js';
import { SetupLink } from './entities/setup-link.entity.js';
import { UsedLink } from './entities/used-link.entity.js';
import { User } from './entities/user.entity.js';
import { ServiceAccounts1764000000001 } from './migrations/1764000000001-service-accounts.js';
import { Groups1765000000000 } from './migrations/1765000000000-groups.js';
import { SessionIssuer1765200000000 } from './migrations/1765200000000-session-issuer.js';
import { People1765450000000 } from './migrations/1765450000000-people.js';
import { Identities1765640000000 } from './migrations/1765640000000-identities.js';
import { UsedLinks1765910000000 } from './migrations/1765910000000-used-links.js';
import { ImportedPasswords1766421000000 } from './migrations/1766421000000-imported-passwords.js';
import { ProvedSignIns1766850020000 } from './migrations/1766850020000-proved-sign-ins.js';
import { PeopleLists1766855010000 } from './migrations/1766855010000-people-lists.js';

export const PEOPLE_ENTITIES = [
  User,
  Identity,
  Session,
  Account,
  SetupLink,
  Invitation,
  PasswordLink,
  UsedLink,
];
export const PEOPLE_MIGRATIONS = [
  ServiceAccounts1764000000001,
  Groups1765000000000,
  SessionIssuer1765200000000,
  People1765450000000,
  Identities1765640000000,
  UsedLinks1765910000000,
  ImportedPasswords1766421000000,
  ProvedSignIns1766850020000,
  PeopleLists1766855010000,
];
