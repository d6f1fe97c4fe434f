import type { User } from '../../people/entities/user.entity.js';
import type { Role } from '../../web/role.js';

/** Whose account an identity opens, and what the person must be told of it. */
export interface Admission {
  /** As the identity was looked at: what has replaced it since keeps it out. */
  user: Pick<User, 'id' | 'passwordChangedAt'>;
  /** Null where nothing happened to the account. */
  news: string | null;
}

type Account = Pick<User, 'id' | 'name' | 'email' | 'role'>;

/** What signing in with an identity would do. `endsOthers`: everything that the account had until then would end. */
export type Foreseen =
  | { outcome: 'opens'; account: Account }
  | { outcome: 'adopts'; account: Account; endsOthers: boolean }
  | { outcome: 'makes'; email: string; role: Role }
  | { outcome: 'refuses'; reason: string };
