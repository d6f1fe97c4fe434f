import type { IncomingHttpHeaders } from 'node:http';
import type { Server } from './server-changes.js';

/** One thing that a client will see, and whether it is as it should be. */
export interface Finding {
  isRight: boolean;
  sentence: string;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
}

const right = (sentence: string): Finding => ({ isRight: true, sentence });
const wrong = (sentence: string): Finding => ({ isRight: false, sentence });

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** Where clients look when the challenge says nothing (RFC 9728 §3.1). */
export function defaultMetadataUrl(identifier: string): string {
  const { origin, pathname, search } = new URL(identifier);
  return origin + WELL_KNOWN + (pathname === '/' ? '' : pathname) + search;
}

/** Where the challenge says that the metadata is (RFC 9728 §5.1); null where it says nothing that is a URL. */
export function metadataUrlOf({ headers }: Answer): string | null {
  const [, url] = /resource_metadata="([^"]{1,2000})"/i.exec(headers['www-authenticate'] ?? '') ?? [];
  return url !== undefined && URL.canParse(url) ? url : null;
}

/** What the first request without a token is answered with (RFC 6750 §3). */
export function challengeFindings(answer: Answer, identifier: string): Finding[] {
  const { status, headers } = answer;
  if (status >= 200 && status < 300)
    return [
      wrong(
        'It answers without a token: anybody who reaches it can use it. It must ask for a token, with 401.',
      ),
    ];
  if (status === 404) return [wrong(`It answers 404: there is no MCP server at ${identifier}.`)];
  if (status !== 401)
    return [wrong(`It answers a request without a token with ${status}, where a client waits for 401.`)];
  const asks = right('It asks for a token: a request without one is answered with 401.');
  if (!/\bbearer\b/i.test(headers['www-authenticate'] ?? ''))
    return [asks, wrong('Its 401 has no “WWW-Authenticate: Bearer”: many clients stop there.')];
  if (metadataUrlOf(answer) === null)
    return [
      asks,
      wrong(
        `Its challenge does not say where its metadata is (resource_metadata): clients guess ${defaultMetadataUrl(identifier)}, and some give up.`,
      ),
    ];
  return [asks, right('Its challenge says where its metadata is.')];
}

/** What the metadata document says (RFC 9728 §2). */
export function metadataFindings(
  content: unknown,
  { url, server, issuer }: { url: string; server: Server; issuer: string },
): Finding[] {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return [wrong(`What is at ${url} is no metadata document.`)];
  const {
    resource,
    authorization_servers: services,
    scopes_supported: scopes,
  } = content as Record<string, unknown>;
  const { identifier } = server;
  const known = Object.keys(server.scopes);
  const named = texts(scopes);
  const unknown = named.filter((scope) => !known.includes(scope));
  const scopesRight =
    named.length === 0
      ? 'It names no scopes: clients ask for what this service proposes.'
      : `It names the scopes ${named.join(', ')}.`;
  return [
    resource === identifier
      ? right('Its metadata is for this very address.')
      : wrong(
          `Its metadata is for ${typeof resource === 'string' ? resource : 'no address'}, and not for ${identifier}: clients must refuse it (RFC 9728 §3.3).`,
        ),
    texts(services).includes(issuer)
      ? right('It sends people here to sign in.')
      : wrong(
          `It does not name ${issuer} as its authorization server: people are sent to ${texts(services).join(', ') || 'nobody'}.`,
        ),
    unknown.length === 0
      ? right(scopesRight)
      : wrong(`It names scopes that this service does not know for it: ${unknown.join(', ')}.`),
  ];
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each): each is string => typeof each === 'string').slice(0, 50)
    : [];
}
