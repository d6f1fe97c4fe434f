import { readEndTime } from '../../config/end-time.js';

type Entry = Readonly<Record<string, unknown>>;
type Meaning = (entry: Entry) => Entry;

/** By section: what says the same in several ways. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  rules: ({ groups, clients, until, ...rule }) => ({
    ...rule,
    groups: Array.isArray(groups) ? groups.map(groupName) : groups,
    clients: clients === 'any' ? undefined : clients,
    until: typeof until === 'string' ? (readEndTime(until)?.toISOString() ?? until) : until,
  }),
  clients: ({ mode, ...lists }) => ({ ...withoutEmpty(lists), mode: mode === 'open' ? undefined : mode }),
  serviceAccounts: withoutEmpty,
  preRegisteredClients: withoutEmpty,
};

/** An entry of a section without what holds by default, and with what is said in one of several ways. */
export function meantEntry(section: string, entry: Entry): Entry {
  const meant = MEANINGS[section]?.(entry) ?? entry;
  return Object.fromEntries(Object.entries(meant).filter(([, value]) => value !== undefined));
}

function withoutEmpty(entry: Entry): Entry {
  const said = Object.entries(entry).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return Object.fromEntries(said);
}

/** `{ provider, group }` as the rules of the console name it. */
function groupName(group: unknown): unknown {
  if (typeof group !== 'object' || group === null || !('provider' in group && 'group' in group)) return group;
  return `${String(group.provider)}:${String(group.group)}`;
}
