import type { User } from '../../people/entities/user.entity.js';

/** Whose account an identity opens, and what the person must be told of it. */
export interface Admission {
  /** As the identity was looked at: what has replaced it since keeps it out. */
  user: Pick<User, 'id' | 'passwordChangedAt'>;
  /** Null where nothing happened to the account. */
  news: string | null;
}
