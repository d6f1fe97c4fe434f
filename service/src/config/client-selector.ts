import type { PolicyQuestion } from 'nestjs-mcp-auth';
import { displayText, isLoopbackHost, redirectKind, redirectOrigin } from 'nestjs-mcp-auth/service-kit';
import { isBelow, isPlainPath } from './url-folder.js';

/** How a client is recognised: by its id and name, and by where it is sent back to. */
export type SelectedClient = Pick<PolicyQuestion, 'client' | 'redirectUri'>;

/** Begins a kind of programs on people's own computers, by what they call themselves. */
const LOCAL = 'loopback:';
/** Characters of such a name. */
const LONGEST_NAME = 120;

/** What names a kind of clients, or the sentence that says why it names none. */
export function selectorProblem(selector: string): string | null {
  if (selector.startsWith(LOCAL))
    return isProgramName(selector.slice(LOCAL.length))
      ? null
      : `${JSON.stringify(selector)} must have the whole name of a program after ${LOCAL}, such as loopback:Claude Code`;
  const problem = urlProblem(selector, 'the beginning of an https URL, such as https://app.example.com/');
  if (problem !== null) return problem;
  const { search, pathname } = new URL(selector);
  return search || !isPlainPath(pathname)
    ? `${JSON.stringify(selector)} must be the beginning of an https URL with a plain path: no query, no %, no dots for folders`
    : null;
}

/** The same for a client of the house: the URL of its metadata, or its redirect URI. */
export function trustedProblem(url: string): string | null {
  return urlProblem(
    url,
    'the id of a metadata document or a redirect URI, such as https://app.example.com/callback',
  );
}

/** Whether somebody means all that is below: anything may be there, and what sends browsers on is often among it. */
export function isBeginning(url: string): boolean {
  return new URL(url).pathname.endsWith('/');
}

/**
 * Whether one of these kinds has the client: the beginning of an https URL by where it is sent back to, or by where its
 * metadata is; `loopback:NAME` by its name, where it is sent back to the person's own computer.
 */
export function isSelected(selectors: readonly string[], { client, redirectUri }: SelectedClient): boolean {
  const places = [redirectUri, client.source === 'document' ? client.clientId : null];
  const program = redirectUri === null ? null : programOf(client.name, redirectUri);
  return selectors.some(
    (selector) => selector === program || places.some((place) => place !== null && isBelow(place, selector)),
  );
}

/**
 * The kinds that a client is of, the surest first: of the domain of its metadata, of where it is sent back to, of programs
 * of its name on people's computers. None for one that only its id tells from others.
 */
export function kindsOf({ client, redirectUri }: SelectedClient): string[] {
  const places = [client.source === 'document' ? client.clientId : null, redirectUri];
  const hosts = places.flatMap((place) => {
    const origin = place === null ? null : redirectOrigin(place);
    return origin === null ? [] : `${origin}/`;
  });
  const program = redirectUri === null ? null : programOf(client.name, redirectUri);
  return [...new Set([...hosts, ...(program === null ? [] : [program])])];
}

/** A kind as `kindsOf` names it: of a host, or of the programs of a name; null for what is none. */
export function readKind(text: string): string | null {
  if (selectorProblem(text) !== null) return null;
  if (programName(text) !== null) return text;
  const kind = `${redirectOrigin(text)}/`;
  return new URL(text).href === kind ? kind : null;
}

/** The name in `loopback:NAME`; null for the beginning of a URL. */
export function programName(selector: string): string | null {
  return selector.startsWith(LOCAL) ? selector.slice(LOCAL.length) : null;
}

/** Whether a client is of the house: byte for byte, a metadata document by its id, any other by its redirect URI. */
export function isTrusted(trusted: readonly string[], { client, redirectUri }: SelectedClient): boolean {
  const place = client.source === 'document' ? client.clientId : redirectUri;
  return place !== null && trusted.includes(place);
}

function programOf(name: string | null, redirectUri: string): string | null {
  if (name === null || !isProgramName(name)) return null;
  return URL.canParse(redirectUri) && redirectKind(redirectUri) === 'loopback' ? LOCAL + name : null;
}

/** One that is shown as it is: nobody agrees to what looks like something else. */
function isProgramName(name: string): boolean {
  return name.length <= LONGEST_NAME && /[\p{L}\p{N}]/u.test(name) && displayText(name, Infinity) === name;
}

function urlProblem(url: string, wanted: string): string | null {
  if (redirectOrigin(url) !== null) return null;
  // Any program on a computer can listen there.
  if (URL.canParse(url) && isLoopbackHost(new URL(url).hostname))
    return `${JSON.stringify(url)} must not name this computer`;
  return `${JSON.stringify(url)} must be ${wanted}`;
}
