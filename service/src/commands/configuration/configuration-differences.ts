import { isDeepStrictEqual } from 'node:util';
import { compare, type Configuration, inOrder } from './configuration.js';

/** One thing of which files and service say something else. */
export interface Difference {
  /** Such as `servers`, `rules`, `settings`. */
  section: string;
  /** What it is called there; the section where it is one thing. */
  name: string;
  /** `added`: the service alone has it. `missing`: the files alone do. */
  kind: 'added' | 'missing' | 'changed';
  /** Of what has changed. */
  fields?: readonly { name: string; files: unknown; service: unknown }[];
}

type Entry = Readonly<Record<string, unknown>>;
/** By the section, and by what each is called there. */
type Sections = ReadonlyMap<string, ReadonlyMap<string, Entry>>;

/** Where a secret is says nothing of what it is. */
const NOT_COMPARED = ['clientSecret', 'introspection'];

/** In the order of sections and names; empty where both say the same. */
export function configurationDifferences(files: Configuration, service: Configuration): Difference[] {
  const [wanted, actual] = [sections(files), sections(service)];
  const names = [...new Set([...wanted.keys(), ...actual.keys()])].toSorted(compare);
  return names.flatMap((section) => {
    const [here, there] = [wanted.get(section), actual.get(section)];
    const all = [...new Set([...(here?.keys() ?? []), ...(there?.keys() ?? [])])].toSorted(compare);
    return all.flatMap((name) => difference(section, name, here?.get(name), there?.get(name)));
  });
}

function difference(section: string, name: string, files?: Entry, service?: Entry): Difference[] {
  if (!files || !service) return [{ section, name, kind: files ? 'missing' : 'added' }];
  const names = [...new Set([...Object.keys(files), ...Object.keys(service)])].toSorted(compare);
  const fields = names
    .filter((field) => !NOT_COMPARED.includes(field))
    .filter((field) => !isDeepStrictEqual(inOrder(files[field]), inOrder(service[field])))
    .map((field) => ({ name: field, files: files[field] ?? null, service: service[field] ?? null }));
  return fields.length === 0 ? [] : [{ section, name, kind: 'changed', fields }];
}

function sections({ servers, policy, settings }: Configuration): Sections {
  const ofPolicy = Object.entries(policy).map(([section, value]): [string, Map<string, Entry>] => [
    section,
    Array.isArray(value) ? named(value as Entry[]) : new Map([[section, asEntry(section, value)]]),
  ]);
  return new Map([
    ['servers', named(servers as readonly object[] as Entry[])],
    ...ofPolicy,
    ['settings', new Map([['settings', settings]])],
  ]);
}

function asEntry(section: string, value: unknown): Entry {
  return typeof value === 'object' && value !== null ? (value as Entry) : { [section]: value };
}

/** Those of one name stand apart by how many of it came before. */
function named(entries: readonly Entry[]): Map<string, Entry> {
  const all = new Map<string, Entry>();
  for (const entry of entries) {
    const name = nameOf(entry);
    let key = name;
    for (let more = 2; all.has(key); more++) key = `${name} (${more})`;
    all.set(key, entry);
  }
  return all;
}

/** What tells an entry from the others of its list. */
function nameOf(entry: Entry): string {
  const { id, identifier, server, name, issuer } = entry;
  const words = server === undefined ? [id ?? identifier ?? issuer ?? name] : [server, name];
  return words.map((word) => (typeof word === 'string' ? word : JSON.stringify(inOrder(entry)))).join(' · ');
}
