import { type PolicyQuestion } from 'nestjs-mcp-auth';
import { isLoopbackHost, redirectOrigin } from 'nestjs-mcp-auth/service-kit';

/** What a selector must be, or the sentence that says why it is none. */
export function selectorProblem(selector: string): string | null {
  if (redirectOrigin(selector) !== null && !new URL(selector).search) return null;
  // Any program on a computer can listen there.
  if (URL.canParse(selector) && isLoopbackHost(new URL(selector).hostname))
    return `${JSON.stringify(selector)} must not name this computer`;
  return `${JSON.stringify(selector)} must be the beginning of an https URL, such as https://app.example.com/`;
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
  const origin = redirectOrigin(place);
  if (origin === null || origin !== redirectOrigin(selector)) return false;
  const folder = new URL(selector).pathname.replace(/\/?$/, '/');
  return `${new URL(place).pathname}/`.startsWith(folder);
}
