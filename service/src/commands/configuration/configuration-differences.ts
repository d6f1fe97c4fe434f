import { isDeepStrictEqual } from 'node:util';
import { compare, type Configuration, inOrder, type WrittenConfiguration } from './configuration.js';
import { meantEntry } from './policy-meaning.js';

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

/** In the order of sections and names; empty where both say the same. Of what no file is there for, nothing is said. */
export function configurationDifferences(files: WrittenConfiguration, service: Configuration): Difference[] {
  const [wanted, actual] = [sections(files), sections(comparable(files, service))];
  const names = [...new Set([...wanted.keys(), ...actual.keys()])].toSorted(compare);
  return names.flatMap((section) => {
    const [here, there] = [wanted.get(section), actual.get(section)];
    const all = [...new Set([...(here?.keys() ?? []), ...(there?.keys() ?? [])])].toSorted(compare);
    return all.flatMap((name) => {
      return service.blocked[section]?.includes(name) && here?.has(name)
        ? [{ section, name, kind: 'changed' as const, fields: [BLOCKED] }]
        : difference(section, name, here?.get(name), there?.get(name));
    });
  });
}

/** A file has no word for it: whoever is to be kept out is left out of it. */
const BLOCKED = { name: 'blocked', files: null, service: true };

/** A policy file without rules leaves them, and which clients may be used, to the service. */
function comparable(files: WrittenConfiguration, service: Configuration): WrittenConfiguration {
  const { rules: _rules, clients: _clients, ...others } = service.policy;
  return {
    ...(files.servers && { servers: service.servers }),
    ...(files.policy && { policy: files.policy['rules'] === undefined ? others : service.policy }),
    ...(files.settings && { settings: service.settings }),
  };
}

function difference(section: string, name: string, files?: Entry, service?: Entry): Difference[] {
  if (!files || !service) return [{ section, name, kind: files ? 'missing' : 'added' }];
  const names = [...new Set([...Object.keys(files), ...Object.keys(service)])].toSorted(compare);
  const fields = names
    .filter((field) => !NOT_COMPARED.includes(field))
    .filter((field) => !isDeepStrictEqual(comparableMember(files[field]), comparableMember(service[field])))
    .map((field) => ({ name: field, files: files[field] ?? null, service: service[field] ?? null }));
  return fields.length === 0 ? [] : [{ section, name, kind: 'changed', fields }];
}

/** Of texts in a list, the order says nothing. */
function comparableMember(value: unknown): unknown {
  const isOfTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isOfTexts ? value.toSorted(compare) : inOrder(value);
}

function sections({ servers, policy = {}, settings }: WrittenConfiguration): Sections {
  const ofPolicy = Object.entries(policy).map(([section, value]): [string, Map<string, Entry>] => [
    section,
    Array.isArray(value)
      ? named((value as Entry[]).map((entry) => meantEntry(section, entry)))
      : single(section, meantEntry(section, asEntry(section, value))),
  ]);
  return new Map([
    ...(servers ? [['servers', named(servers as readonly object[] as Entry[])] as const] : []),
    ...(servers?.[0]
      ? [['default server', single('default server', { identifier: servers[0].identifier })] as const]
      : []),
    ...ofPolicy,
    ...(settings ? [['settings', single('settings', settings)] as const] : []),
  ]);
}

/** A section that is one thing. One that says nothing is the same as none. */
function single(section: string, entry: Entry): Map<string, Entry> {
  return new Map(section !== 'settings' && Object.keys(entry).length === 0 ? [] : [[section, entry]]);
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
