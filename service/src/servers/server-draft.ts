import { type ResourceOptions, SIGNING_ALGORITHMS } from 'nestjs-mcp-auth';
import { describeResources, isServerScope } from 'nestjs-mcp-auth/service-kit';
import { visibleProblem } from '../config/visible-text.js';

/** An MCP server as somebody wants to have it. */
export type ServerDraft = Pick<
  ResourceOptions,
  | 'identifier'
  | 'name'
  | 'scopes'
  | 'challengeScopes'
  | 'scopeHierarchy'
  | 'accessTokenExpiresIn'
  | 'signingAlgorithm'
>;

/** Seconds. */
export const SHORTEST_LIFETIME = 60;
export const LONGEST_LIFETIME = 86_400;
export const MOST_SCOPES = 200;
/** Characters. */
export const LONGEST_SERVER_NAME = 100;
const LONGEST_WORDS = 1_000;

/** What no database keeps. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/;

/** What is wrong with it, in a sentence; null when nothing is. */
export function draftProblem(draft: ServerDraft): string | null {
  const { identifier, name, scopes = {}, challengeScopes = [], accessTokenExpiresIn: lifetime } = draft;
  const { scopeHierarchy = {}, signingAlgorithm } = draft;
  const names = Object.keys(scopes);
  const bad = names.find((scope) => !SCOPE.test(scope));
  const unknown = challengeScopes.find((scope) => !Object.hasOwn(scopes, scope));
  const broken = names.find(
    (scope) => (scopes[scope] ?? '').length > LONGEST_WORDS || UNSTORABLE.test(scopes[scope] ?? ''),
  );
  const wordless = names.find((scope) => scopes[scope]?.trim() === '');
  const ours = names.find((scope) => isServerScope(scope));
  if (
    !URL.canParse(identifier) ||
    !/^https?:$/.test(new URL(identifier).protocol) ||
    identifier.includes('#')
  )
    return 'The address must be the whole URL of the server, such as https://files.example.com/mcp.';
  if (!name?.trim()) return 'The name is missing.';
  if (name.length > LONGEST_SERVER_NAME || UNSTORABLE.test(name))
    return `The name is longer than ${LONGEST_SERVER_NAME} characters, or has one that cannot be kept.`;
  if (visibleProblem(name) !== null) return `The name ${visibleProblem(name)}.`;
  if (names.length > MOST_SCOPES) return `A server has ${MOST_SCOPES} scopes at most.`;
  if (bad !== undefined)
    return `“${bad}” cannot be a scope: it holds a character that a scope must not have.`;
  if (ours !== undefined) return `The scope ${ours} belongs to this service: take it out.`;
  if (wordless !== undefined) return `The scope ${wordless} has no words. People read them when they agree.`;
  if (broken !== undefined)
    return `The words of ${broken} are longer than ${LONGEST_WORDS} characters, or have one that cannot be kept.`;
  const unseen = names.find((scope) => visibleProblem(scopes[scope] ?? '') !== null);
  if (unseen !== undefined) return `The words of ${unseen} ${visibleProblem(scopes[unseen] ?? '')}.`;
  if (unknown !== undefined) return `${unknown} is asked for first, and is none of the scopes.`;
  if (lifetime !== undefined && !isLifetime(lifetime))
    return `Tokens live for a whole number of seconds from ${SHORTEST_LIFETIME} to ${LONGEST_LIFETIME}.`;
  if (signingAlgorithm !== undefined && !SIGNING_ALGORITHMS.includes(signingAlgorithm))
    return `Tokens are signed with one of ${SIGNING_ALGORITHMS.join(', ')}.`;
  const problem = hierarchyProblem(scopeHierarchy, scopes);
  if (problem !== null) return problem;
  try {
    describeResources({ resource: draft });
    return null;
  } catch {
    return 'The address must be the whole URL of the server, such as https://files.example.com/mcp.';
  }
}

function hierarchyProblem(
  hierarchy: Readonly<Record<string, readonly string[]>>,
  scopes: Readonly<Record<string, string>>,
): string | null {
  for (const [scope, implied] of Object.entries(hierarchy)) {
    const unknown = [scope, ...implied].find((each) => !Object.hasOwn(scopes, each));
    if (unknown !== undefined)
      return `${unknown} stands among the scopes that include others, and is none of the scopes.`;
    if (implied.length === 0) return `Say which scopes ${scope} includes, or take its line out.`;
    if (implied.includes(scope)) return `${scope} cannot include itself.`;
  }
  return null;
}

function isLifetime(value: number): boolean {
  return Number.isInteger(value) && value >= SHORTEST_LIFETIME && value <= LONGEST_LIFETIME;
}
