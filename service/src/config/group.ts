/** A group as a rule names it, which `readGroupName` reads: what an identity provider calls it, byte for byte. */
export type Group = string;

/** Part of a distinguished name that is never a group by itself. */
const CONTAINER = /^\s*(ou|dc|o|c|l|st)\s*=[^,]*$/i;

/** What is wrong with the groups of a rule; null where nothing is. */
export function groupProblem(group: Group, index: number, groups: readonly Group[]): string | null {
  const shown = JSON.stringify(group);
  if (!/[\p{L}\p{N}]/u.test(group)) return `${shown} is no name of a group`;
  if (/\p{Cc}/u.test(group)) return `${shown} holds a sign that cannot be seen`;
  if (group === 'everyone')
    return 'everyone is no group among others: it stands alone, and is everybody who can sign in';
  if (index > 0 && CONTAINER.test(group))
    return `${shown} looks like a part of the name before it: write ${JSON.stringify(groups.slice(0, index + 1).join(','))} as one`;
  return groups.indexOf(group) < index ? `${shown} stands there twice` : null;
}
