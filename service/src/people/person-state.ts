import { entityTag } from '../web/entity-tag.js';
import type { Role } from '../web/roles.js';
import { ChangeRefused } from './change-refused.js';
import type { User } from './entities/user.entity.js';

/** What administrators change about a person, and look at before they do, at whatever door. */
export interface PersonState {
  email: string;
  role: Role;
  disabled: boolean;
}

/** Looks at an account that is about to be changed, and throws where it is not what its author has seen. */
export type Expectation = (user: User) => void;

/** Sign-ins do not change it: nobody's change is refused for them. */
export function personState({ email, role, disabledAt }: User): PersonState {
  return { email, role, disabled: disabledAt !== null };
}

/** What the form of a page carries: the tag that the REST API answers of the same person. */
export function personVersion(user: User): string {
  return entityTag(personState(user));
}

/** @param seen of the person on the page where their author decided. */
export function unchangedSince(seen: string): Expectation {
  return (user) => {
    if (personVersion(user) !== seen) throw new ChangeRefused(changeOf(user));
  };
}

function changeOf(user: User): string {
  const { email, role, disabled } = personState(user);
  const state = disabled ? 'disabled' : 'enabled';
  return `Somebody has changed this account since you opened the page: ${email} is ${role} and ${state} now. Nothing was done: look at it again first.`;
}
