import { randomUUID } from 'node:crypto';
import type { SupportedMetadata } from '../clients/client-metadata.js';
import { isStorable } from '../oauth/storable-text.js';
import type { ForeignRow } from '../persistence/foreign-database.js';
import type { ImportedClient } from '../persistence/import.store.js';
import { hindrance, isDocument, readClient, registrationOfA, registrationOfB } from './client-rows.js';
import { type BetterAuthSecrets, secretHash, type StoredSecrets, UnusableSecret } from './client-secrets.js';
import { actsForBoth, isServiceAccount, readServiceAccount } from './service-account-rows.js';
import type { ImportRun } from './import-run.js';
import { date, isTrue, text } from './row-values.js';

/** How clients are read. */
export interface ClientReading {
  /** Whether any is taken over that is not here. */
  isWanted: boolean;
  supported: SupportedMetadata;
  /** Whether there are service accounts here. */
  serviceAccountsOn: boolean;
  /** How secrets are stored; null to tell it by what they look like. */
  how: StoredSecrets | null;
  secrets: BetterAuthSecrets;
}

const LONGEST_CLIENT_ID = 2_000;
const GENERATIONS = [
  { model: 'oauthApplication', registration: registrationOfA },
  { model: 'oauthClient', registration: registrationOfB },
] as const;

/** Takes over clients, with their ids and secrets. */
export async function importClients(run: ImportRun, reading: ClientReading): Promise<void> {
  const { from, store, transaction, tally, now } = run;
  const servers = await serversOfClients(run);
  for (const { model, registration } of GENERATIONS)
    for await (const rows of from.pages(model)) {
      const ids = rows.map(({ clientId }) => String(clientId));
      const here = new Map(
        (await store.clients(ids, transaction)).map((client) => [client.clientId, client]),
      );
      const gone = await store.known('client', ids, transaction);
      const people = await store.known('person', ids, transaction);
      const taken: ImportedClient[] = [];
      for (const row of rows) {
        const clientId = String(row['clientId']);
        const kind = isServiceAccount(row) ? 'service accounts' : 'clients';
        const known = here.get(clientId) ?? run.clients.get(clientId);
        if (known) {
          run.clients.set(clientId, known);
          tally.find(kind);
          continue;
        }
        if (!reading.isWanted) continue;
        try {
          if (gone.has(clientId)) throw new Unfit('was taken over before, and is gone here');
          if (people.has(clientId)) throw new Unfit('has the id of a person');
          const client = isServiceAccount(row)
            ? await asServiceAccount(row, servers.get(clientId), { run, reading })
            : await asClient(row, registration(row), { run, reading });
          run.clients.set(clientId, client);
          taken.push(client);
          tally.take(kind);
        } catch (error) {
          if (!(error instanceof Unfit || error instanceof UnusableSecret)) throw error;
          tally.leave(kind, clientId, error.message);
        }
      }
      if (!transaction) continue;
      await store.addClients(taken, now, transaction);
      await store.remember(
        'client',
        taken.map(({ clientId }) => clientId),
        now,
        transaction,
      );
    }
}

/** Why a client cannot be taken over, as the end of a sentence about it. */
class Unfit extends Error {}

interface Reading {
  run: ImportRun;
  reading: ClientReading;
}

async function asClient(
  row: ForeignRow,
  registration: Record<string, unknown>,
  { run, reading }: Reading,
): Promise<ImportedClient> {
  const clientId = String(row['clientId']);
  if (clientId.length > LONGEST_CLIENT_ID || !isStorable(clientId))
    throw new Unfit('has an id that none can have');
  const problem = hindrance(row);
  if (problem !== null) throw new Unfit(problem);
  const {
    applicationType: _declared,
    lost,
    ...client
  } = read(() => readClient(registration, reading.supported));
  const source = isDocument(row) ? 'document' : 'registered';
  const owner = text(row['userId']);
  const imported = {
    ...client,
    id: randomUUID(),
    clientId,
    source,
    secretHash: await secretOf(row, client, reading),
    resource: null,
    kind: 'application',
    scopeCeiling: null,
    resourceCeiling: null,
    disabled: isTrue(row['disabled']),
    userId: owner !== null && run.people.has(owner) ? owner : null,
    createdAt: date(row['createdAt']) ?? run.now,
  } as const;
  for (const loss of lost) run.tally.note(`A client ${loss}`);
  if (actsForBoth(row))
    run.tally.note('A client could act for itself, too: here it needs a service account for that');
  if (isTrue(row['skipConsent']))
    run.tally.note('A client was trusted without consent: the policy says here which ones are');
  if (text(row['subjectType']) === 'pairwise')
    run.tally.note(
      'A client knew people by ids of its own (pairwise): here it gets the `sub` that all clients get',
    );
  return imported;
}

/** One that acts for itself: an administrator had made it. */
async function asServiceAccount(
  row: ForeignRow,
  linked: readonly string[] | undefined,
  { run, reading }: Reading,
): Promise<ImportedClient> {
  if (!reading.serviceAccountsOn)
    throw new Unfit(
      'acts for itself, and service accounts are turned off here: turn them on (serviceAccounts)',
    );
  const servers = linked ?? (run.resource ? [run.resource.identifier] : []);
  const known = servers.filter((server) => run.resources.find(server));
  if (servers.length === 0)
    throw new Unfit('names no MCP server, and there are several here: say which one it is for (resource)');
  if (known.length === 0) throw new Unfit('is for no MCP server that is known here');
  const account = read(() => readServiceAccount(row, known));
  const { clientId, name, tokenEndpointAuthMethod, jwks, jwksUri } = account;
  if (known.length < servers.length)
    run.tally.note('A service account loses an MCP server that is not known here');
  if (account.scopes.length === 0)
    run.tally.note('A service account has no scopes: it gets no token that opens anything');
  return {
    id: randomUUID(),
    clientId,
    name,
    source: 'administrator',
    kind: 'service-account',
    redirectUris: [],
    grantTypes: ['client_credentials'],
    tokenEndpointAuthMethod,
    secretHash: await secretOf(row, account, reading),
    jwks,
    jwksUri,
    scopeCeiling: account.scopes,
    resourceCeiling: account.resources,
    resource: null,
    clientUri: null,
    logoUri: null,
    type: 'web',
    metadata: null,
    dpopBoundAccessTokens: isTrue(row['dpopBoundAccessTokens']),
    requirePushedAuthorizationRequests: false,
    disabled: isTrue(row['disabled']),
    userId: null,
    createdAt: date(row['createdAt']) ?? run.now,
  };
}

/** SHA-256 in base64url; null for a client without a secret. */
async function secretOf(
  row: ForeignRow,
  { tokenEndpointAuthMethod }: Pick<ImportedClient, 'tokenEndpointAuthMethod'>,
  { how, secrets }: ClientReading,
): Promise<string | null> {
  if (!tokenEndpointAuthMethod.startsWith('client_secret_')) return null;
  const secret = text(row['clientSecret']);
  if (secret === null) throw new Unfit('has lost its secret');
  return secretHash(secret, how, secrets);
}

/** Identifiers of the MCP servers that clients are linked to. */
async function serversOfClients({ from }: ImportRun): Promise<Map<string, string[]>> {
  const servers = new Map<string, string[]>();
  for await (const rows of from.pages('oauthClientResource'))
    for (const { clientId, resourceId } of rows) {
      const known = servers.get(String(clientId)) ?? [];
      servers.set(String(clientId), [...known, String(resourceId)]);
    }
  return servers;
}

function read<Read>(reader: () => Read): Read {
  try {
    return reader();
  } catch (error) {
    throw new Unfit(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
