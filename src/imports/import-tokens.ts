import { randomUUID } from 'node:crypto';
import { digest } from '../oauth/opaque-token.js';
import { redirectHost, redirectKind } from '../oauth/redirect-uri.js';
import { OFFLINE_ACCESS } from '../oauth/server-scopes.js';
import type { ForeignRow } from '../persistence/foreign-database.js';
import type { ImportedToken } from '../persistence/import.store.js';
import type { BetterAuthModel } from './better-auth-models.js';
import { scopesOf, serversOf } from './import-consents.js';
import type { ImportRun } from './import-run.js';
import { date, json, text, texts } from './row-values.js';

interface Generation {
  model: BetterAuthModel;
  expiry: string;
  /** SHA-256 in base64url. */
  hash: (row: ForeignRow) => string;
  problem: (row: ForeignRow) => string | null;
}

/** Living refresh tokens of one person, client and MCP server that are taken over: as many as may live here. */
const MOST_TOKENS = 50;
/** SHA-256 in base64url. */
const HASH = /^[\w-]{43}$/;

const GENERATIONS: readonly Generation[] = [
  {
    model: 'oauthAccessToken',
    expiry: 'refreshTokenExpiresAt',
    hash: (row) => digest(String(row['refreshToken'])),
    // One is stored in any case; a client was never given it without this scope.
    problem: ({ scopes }) =>
      texts(scopes).includes(OFFLINE_ACCESS) ? null : `was never handed out (without ${OFFLINE_ACCESS})`,
  },
  {
    model: 'oauthRefreshToken',
    expiry: 'expiresAt',
    hash: (row) => String(row['token']),
    problem: ({ token, revoked, confirmation }) => {
      if (date(revoked) !== null) return 'is used up or revoked';
      if (json(confirmation) !== null && thumbprint(confirmation) === null)
        return 'is bound to a key in a way that is not known here';
      return HASH.test(String(token)) ? null : "is stored in a way of the application's own";
    },
  },
];

/**
 * Takes over the refresh tokens that still work, each with a grant of its own.
 * @param grantLifetime milliseconds from its beginning to the absolute end of a grant.
 */
export async function importTokens(run: ImportRun, grantLifetime: number): Promise<void> {
  const { from, store, transaction, tally, now } = run;
  for (const generation of GENERATIONS) {
    const { model, expiry, hash } = generation;
    const counts = new Map<string, number>();
    const over = await from.countUntil(model, expiry, now);
    tally.leave('refresh tokens', null, 'has expired', over);
    const living = { after: { property: expiry, time: now }, latestFirst: 'createdAt' };
    for await (const rows of from.pages(model, living)) {
      const hashes = rows.map(hash);
      const known = new Set([
        ...(await store.known('refresh-token', hashes, transaction)),
        ...(await store.tokens(hashes, transaction)),
      ]);
      const tokens = rows.flatMap((row, index) => {
        if (!known.has(hashes[index] ?? '')) return asToken(run, row, { grantLifetime, generation, counts });
        tally.find('refresh tokens');
        return [];
      });
      if (!transaction) continue;
      await store.addTokens(tokens, transaction);
      await store.remember(
        'refresh-token',
        tokens.map((token) => token.hash),
        now,
        transaction,
      );
    }
  }
}

interface Taking {
  grantLifetime: number;
  generation: Generation;
  /** Those that are taken already, by person, client and MCP server. */
  counts: Map<string, number>;
}

function asToken(run: ImportRun, row: ForeignRow, taking: Taking): ImportedToken[] {
  const token = read(run, row, taking);
  if (typeof token === 'string') run.tally.leave('refresh tokens', null, token);
  else run.tally.take('refresh tokens');
  return typeof token === 'string' ? [] : [token];
}

/** The token, or why it stays, as the end of a sentence about it. */
function read(
  run: ImportRun,
  row: ForeignRow,
  { grantLifetime, generation, counts }: Taking,
): ImportedToken | string {
  const problem = generation.problem(row);
  if (problem !== null) return problem;
  const client = run.clients.get(String(row['clientId']));
  if (!client) return 'is of a client that is left';
  const userId = text(row['userId']);
  if (userId === null || !run.people.has(userId)) return 'is of a person who is left';
  if (run.banned.has(userId)) return 'is of a person who is banned';
  const [server, another] = serversOf(run, row);
  if (server === undefined) return 'is for no MCP server';
  if (another !== undefined) return 'is for several MCP servers at once';
  const resource = run.resources.find(server);
  if (!resource) return 'is for an MCP server that is not known here';
  const redirectUri = representative(client.redirectUris);
  if (redirectUri === null)
    return 'is of a client with redirects to several hosts, and nobody knows which had it';
  const createdAt = date(row['createdAt']) ?? run.now;
  const expiresAt = new Date(createdAt.getTime() + grantLifetime);
  const theirs = date(row[generation.expiry]) ?? run.now;
  if (expiresAt <= run.now) return 'is of a connection that is older than any may be here';
  const key = JSON.stringify([userId, client.clientId, resource.identifier]);
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  if (count > MOST_TOKENS)
    return `is older than the ${MOST_TOKENS} newest of its person, client and MCP server`;
  return {
    grantId: randomUUID(),
    tokenId: randomUUID(),
    clientId: client.clientId,
    userId,
    resource: resource.identifier,
    redirectUri,
    scopes: scopesOf(run, row, resource),
    hash: generation.hash(row),
    authenticatedAt: date(row['authTime']) ?? createdAt,
    createdAt,
    expiresAt,
    tokenExpiresAt: theirs < expiresAt ? theirs : expiresAt,
    keyThumbprint: thumbprint(row['confirmation']),
  };
}

/** Of the key that a refresh token is bound to, where it is bound as DPoP does it (RFC 9449 §6.1); else null. */
function thumbprint(confirmation: unknown): string | null {
  const { jkt, ...others } = { ...(json(confirmation) as { jkt?: unknown } | null) };
  return typeof jkt === 'string' && HASH.test(jkt) && Object.keys(others).length === 0 ? jkt : null;
}

/**
 * The redirect URI that a policy judges a connection by, where nobody has noted which it was: of several hosts one that
 * no policy trusts, a loopback or a private-use one; null where there is none.
 */
function representative(redirectUris: readonly string[]): string | null {
  const hosts = new Set(redirectUris.map(redirectHost));
  const untrusted = redirectUris.find((uri) => redirectKind(uri) !== 'https');
  return (hosts.size > 1 ? untrusted : redirectUris[0]) ?? null;
}
