import { randomUUID } from 'node:crypto';
import { clientDigest } from '../clients/client-digest.js';
import { redirectHost } from '../oauth/redirect-uri.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { isServerScope, OFFLINE_ACCESS } from '../oauth/server-scopes.js';
import type { ForeignRow } from '../persistence/foreign-database.js';
import type { ImportedConsent } from '../persistence/import.store.js';
import type { ImportRun } from './import-run.js';
import { date, texts } from './row-values.js';

/** Takes over what people have allowed, for every host that their client may be sent back to. */
export async function importConsents(run: ImportRun): Promise<void> {
  const { from, store, transaction, tally, now } = run;
  const seen = new Set<string>();
  for await (const rows of from.pages('oauthConsent')) {
    const consents = rows.flatMap((row) => {
      const why = problemOf(run, row);
      if (why !== null) tally.leave('consents', null, why);
      return why === null ? ofServers(run, row) : [];
    });
    const known = await store.known('consent', consents.map(keyOf), transaction);
    const fresh = consents.filter((consent) => {
      const key = keyOf(consent);
      const isFresh = !known.has(key) && !seen.has(key);
      tally[isFresh ? 'take' : 'find']('consents');
      seen.add(key);
      return isFresh;
    });
    if (!transaction) continue;
    await store.addConsents(fresh.flatMap(forEveryHost), transaction);
    await store.remember('consent', fresh.map(keyOf), now, transaction);
  }
}

/** The scopes of a row that the resource or the server knows; the first generation had none for what a token opens. */
export function scopesOf(run: ImportRun, row: ForeignRow, { scopes: known }: ProtectedResource): string[] {
  const scopes = [...texts(row['scopes']), ...('resources' in row ? [] : run.scopes)];
  return [...new Set(scopes)].filter((scope) => Object.hasOwn(known, scope) || isServerScope(scope));
}

/** Identifiers of the MCP servers that a row is about; the first generation knew one, and did not name it. */
export function serversOf(run: ImportRun, row: ForeignRow): string[] {
  if ('resources' in row) return texts(row['resources']);
  return run.resource ? [run.resource.identifier] : [];
}

function problemOf(run: ImportRun, row: ForeignRow): string | null {
  if (row['consentGiven'] === false) return 'was refused';
  if (!run.clients.has(String(row['clientId']))) return 'is about a client that is left';
  if (!run.people.has(String(row['userId']))) return 'is of a person who is left';
  if (run.banned.has(String(row['userId']))) return 'is of a person who is banned';
  const servers = serversOf(run, row);
  if (servers.length === 0) return 'is for no MCP server';
  return servers.every((server) => run.resources.find(server))
    ? null
    : 'is for an MCP server that is not known here';
}

/** What somebody has allowed a client at one MCP server, wherever it is sent back to. */
interface ServerConsent extends Omit<ImportedConsent, 'id' | 'redirectHost'> {
  redirectUris: readonly string[];
}

const keyOf = ({ userId, clientId, resource }: ServerConsent) => JSON.stringify([userId, clientId, resource]);

function forEveryHost({ redirectUris, ...consent }: ServerConsent): ImportedConsent[] {
  const hosts = [...new Set(redirectUris.map(redirectHost))];
  return hosts.map((host) => ({ ...consent, id: randomUUID(), redirectHost: host }));
}

function ofServers(run: ImportRun, row: ForeignRow): ServerConsent[] {
  return serversOf(run, row).flatMap((server) => {
    const resource = run.resources.find(server);
    const client = run.clients.get(String(row['clientId']));
    if (!resource || !client) return [];
    const createdAt = date(row['createdAt']) ?? run.now;
    return {
      userId: String(row['userId']),
      clientId: client.clientId,
      resource: resource.identifier,
      redirectUris: client.redirectUris,
      clientDigest: client.source === 'document' ? clientDigest(client) : null,
      scopes: scopesOf(run, row, resource),
      refreshable: texts(row['scopes']).includes(OFFLINE_ACCESS),
      createdAt,
      updatedAt: date(row['updatedAt']) ?? createdAt,
    };
  });
}
