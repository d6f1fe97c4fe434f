import type { ProtectedResourceOptions, ResourceOptions } from './resource-options.js';

interface Kind {
  is: (value: unknown) => boolean;
  words: string;
}

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isMappingOf = (is: Kind['is']) => (value: unknown) =>
  isMapping(value) && Object.values(value).every(is);

const MEMBERS: Readonly<Record<keyof ResourceOptions, Kind>> = {
  identifier: { is: isText, words: 'text' },
  name: { is: isText, words: 'text' },
  scopes: { is: isMappingOf((words) => typeof words === 'string'), words: 'scopes, each with its words' },
  challengeScopes: { is: isTexts, words: 'a list of scopes' },
  scopeHierarchy: { is: isMappingOf(isTexts), words: 'scopes, each with a list of those that it implies' },
  accessTokenExpiresIn: { is: Number.isInteger, words: 'a whole number of seconds' },
  signingAlgorithm: { is: isText, words: 'the name of an algorithm' },
  maxAge: { is: Number.isInteger, words: 'a whole number of seconds' },
  introspection: { is: isMapping, words: 'an object with `clientId` and `clientSecret`' },
  enabled: { is: (value) => typeof value === 'boolean', words: 'true or false' },
};

/** What can be said of a resource. */
export const RESOURCE_MEMBERS: readonly string[] = Object.keys(MEMBERS);

/**
 * Options may come from a file, where a type proves nothing.
 * @throws Error with a sentence that names the first member of another type.
 */
export function checkResourceMembers(resource: ResourceOptions): void {
  if (!isMapping(resource)) throw new Error('A resource must be a URL, or an object with its `identifier`.');
  const { identifier } = resource;
  const unknown = Object.keys(resource).find((name) => !RESOURCE_MEMBERS.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `The resource ${identifier} has a \`${unknown}\`, which is none of ${RESOURCE_MEMBERS.join(', ')}.`,
    );
  for (const [name, { is, words }] of Object.entries(MEMBERS)) {
    const value = resource[name];
    if (is(value) || (value === undefined && name !== 'identifier')) continue;
    const of = name === 'identifier' ? 'a resource' : identifier;
    throw new Error(`The \`${name}\` of ${of} must be ${words}.`);
  }
}

/** @throws Error with a sentence that names the first option of all resources that is of another type. */
export function checkSharedMembers(shared: Omit<ProtectedResourceOptions, 'resource'>): void {
  const { scopes, challengeScopes: defaultScopes, scopeHierarchy } = MEMBERS;
  for (const [name, { is, words }] of Object.entries({ scopes, defaultScopes, scopeHierarchy })) {
    const value: unknown = Reflect.get(shared, name);
    if (value === undefined || is(value)) continue;
    const example = name === 'scopes' ? ", such as { 'notes:read': 'Read your notes' }" : '';
    throw new Error(`\`${name}\` must be ${words}${example}.`);
  }
}
