/** Milliseconds. */
const TIMEOUT = 3_000;

/** Metadata that must not be used. */
export class WrongMetadataError extends Error {}

/**
 * The metadata of an issuer in another process (RFC 8414 §3, OpenID Connect Discovery 1.0 §4).
 * @throws Error that says why there is none.
 */
export async function fetchIssuerMetadata(issuer: string): Promise<Record<string, unknown>> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname === '/' ? '' : pathname;
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  let problem: unknown;
  for (const place of new Set(places)) {
    try {
      const response = await fetch(place, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
      if (response.ok) return ownMetadata(issuer, (await response.json()) as Record<string, unknown>);
      problem ??= new Error(`${place} answers ${response.status}.`);
    } catch (error) {
      // What metadata says of itself tells more than what is not to be found elsewhere.
      if (error instanceof WrongMetadataError) throw error;
      problem ??= new Error(`${place} is out of reach: ${reason(error)}`, { cause: error });
    }
  }
  throw problem;
}

/** RFC 8414 §3.3: metadata of another issuer must not be used. */
function ownMetadata(issuer: string, metadata: Record<string, unknown>): Record<string, unknown> {
  if (metadata['issuer'] === issuer) return metadata;
  throw new WrongMetadataError(
    `its metadata is that of the issuer ${String(metadata['issuer'])}; set \`issuer\` to exactly that, if it is the one you mean.`,
  );
}

/** What is wrong, with what `fetch` keeps to itself. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error && !message.includes(cause.message)
    ? `${message} (${cause.message})`
    : message;
}
