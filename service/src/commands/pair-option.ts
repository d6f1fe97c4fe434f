import { InvalidArgumentError } from 'commander';
import { type Role, ROLES } from '../web/role.js';

/** What is called otherwise here, by what it is called there. */
export type Pairs = ReadonlyMap<string, string>;

/** An option that may be repeated. @throws InvalidArgumentError for anything but a pair. */
export function addPair(text: string, before: Pairs = new Map()): Pairs {
  const [, theirs, ours] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (theirs === undefined || ours === undefined)
    throw new InvalidArgumentError('It must be two names with = between them.');
  return new Map([...before, [theirs, ours]]);
}

/** The same for a role. @throws InvalidArgumentError for one that is none of ours. */
export function addRole(
  text: string,
  before: ReadonlyMap<string, Role> = new Map(),
): ReadonlyMap<string, Role> {
  const [[theirs, ours] = []] = addPair(text, new Map());
  const role = ROLES.find((one) => one === ours);
  if (theirs === undefined || role === undefined)
    throw new InvalidArgumentError(`It must be a role there, =, and one of ${ROLES.join(', ')}.`);
  return new Map([...before, [theirs, role]]);
}
