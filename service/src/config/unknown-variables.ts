import { closestMatch } from 'leven';
import { ConfigurationError } from './configuration.error.js';
import { type Environment, spellings } from './environment.js';
import type { Variable } from './variable.js';

const PREFIX = 'MCP_AUTH_';

/** Letters by which a mistyped name may differ from the one that was meant. */
const MOST_MISTAKES = 5;

/** What Kubernetes sets in every container for a Service whose name begins with `mcp-auth`. */
const OF_KUBERNETES =
  /^MCP_AUTH_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** Variables that other versions know: what is configured for one of them starts this one, too. */
const OF_OTHER_VERSIONS: readonly { name: RegExp; sentence: string }[] = [
  {
    name: /^MCP_AUTH_OIDC_[2-9]_[A-Z_]+$/,
    sentence: 'is of an earlier version: name the identity provider in MCP_AUTH_POLICY_FILE',
  },
];

/**
 * @param known every variable that there is.
 * @returns a sentence for each that another version knows.
 * @throws ConfigurationError for one that nobody knows: what it was meant to say would go unheard.
 */
export function checkUnknown(env: Environment, known: readonly Variable[]): string[] {
  const names = known.flatMap(spellings);
  return env.names
    .filter((name) => name.toUpperCase().startsWith(PREFIX))
    .filter((name) => !names.includes(name) && !env.asked.has(name) && !isOfKubernetes(name, env))
    .map((name) => `${name} ${sentenceOf(name, names)}.`);
}

function sentenceOf(name: string, names: readonly string[]): string {
  const other = OF_OTHER_VERSIONS.find((one) => one.name.test(name));
  if (other) return other.sentence;
  const likely = likelyName(name, names);
  throw new ConfigurationError(
    likely === undefined
      ? `${name} is no variable of this service: take it away.`
      : `${name} is no variable of this service: did you mean ${likely}?`,
  );
}

function rest(name: string): string {
  return name.toUpperCase().replace(PREFIX, '');
}

/** What stands behind the prefix decides: all have it, or almost all. */
function likelyName(name: string, names: readonly string[]): string | undefined {
  const maxDistance = Math.min(MOST_MISTAKES, Math.ceil(rest(name).length / 2));
  const closest = closestMatch(rest(name), names.map(rest), { maxDistance });
  return names.find((known) => rest(known) === closest);
}

function isOfKubernetes(name: string, env: Environment): boolean {
  if (OF_KUBERNETES.test(name)) return true;
  return /^MCP_AUTH_([A-Z0-9_]+_)?PORT$/.test(name) && env.startsWith(name, 'tcp://');
}
