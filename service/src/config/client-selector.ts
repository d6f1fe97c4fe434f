import type { PolicyQuestion } from 'nestjs-mcp-auth';
import { isLoopbackHost, redirectOrigin } from 'nestjs-mcp-auth/service-kit';
import { isBelow, isPlainPath } from './url-folder.js';

/** How a client is recognised: by its id, and by where it is sent back to. */
export type SelectedClient = Pick<PolicyQuestion, 'client' | 'redirectUri'>;

/** What the beginning of a client's URLs must be, or the sentence that says why it is none. */
export function selectorProblem(selector: string): string | null {
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

/** Whether one of the beginnings names the client: by where it is sent back to, or by where its metadata is. */
export function isSelected(selectors: readonly string[], { client, redirectUri }: SelectedClient): boolean {
  const places = [redirectUri, client.source === 'document' ? client.clientId : null];
  return places.some((place) => place !== null && selectors.some((selector) => isBelow(place, selector)));
}

/** Whether a client is of the house: byte for byte, a metadata document by its id, any other by its redirect URI. */
export function isTrusted(trusted: readonly string[], { client, redirectUri }: SelectedClient): boolean {
  const place = client.source === 'document' ? client.clientId : redirectUri;
  return place !== null && trusted.includes(place);
}

function urlProblem(url: string, wanted: string): string | null {
  if (redirectOrigin(url) !== null) return null;
  // Any program on a computer can listen there.
  if (URL.canParse(url) && isLoopbackHost(new URL(url).hostname))
    return `${JSON.stringify(url)} must not name this computer`;
  return `${JSON.stringify(url)} must be ${wanted}`;
}
