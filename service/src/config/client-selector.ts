import { type PolicyQuestion } from 'nestjs-mcp-auth';
import { isLoopbackHost } from 'nestjs-mcp-auth/service-kit';

/** What a selector must be, or the sentence that says why it is none. */
export function selectorProblem(selector: string): string | null {
  const url = URL.canParse(selector) ? new URL(selector) : null;
  if (url?.protocol !== 'https:' || url.username || url.password || url.search || url.hash)
    return `${JSON.stringify(selector)} must be the beginning of an https URL, such as https://app.example.com/`;
  // Any program on a computer can listen there.
  return isLoopbackHost(url.hostname) ? `${JSON.stringify(selector)} must not name this computer` : null;
}

/** Whether one of the selectors names the client: by where it is sent back to, or by where its metadata is. */
export function isSelected(
  selectors: readonly string[],
  { client, redirectUri }: Pick<PolicyQuestion, 'client' | 'redirectUri'>,
): boolean {
  const places = client.source === 'document' ? [redirectUri, client.clientId] : [redirectUri];
  return places.some((place) => selectors.some((selector) => isBelow(place, selector)));
}

/** Whether a URL is the selector's or below it, segment by segment. */
function isBelow(place: string, selector: string): boolean {
  if (!URL.canParse(place)) return false;
  const [url, root] = [new URL(place), new URL(selector)];
  const folder = root.pathname.replace(/\/?$/, '/');
  return url.origin === root.origin && `${url.pathname}/`.startsWith(folder);
}
