import { Account } from './account.entity.js';
import { Session } from './session.entity.js';
import { SetupLink } from './setup-link.entity.js';
import { User } from './user.entity.js';

export const SERVICE_ENTITIES = [User, Session, Account, SetupLink];
