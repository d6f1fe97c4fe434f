import { randomUUID } from 'node:crypto';
import type { SupportedMetadata } from '../clients/client-metadata.js';
import { isStorable } from '../oauth/storable-text.js';
import type { ForeignRow } from '../persistence/foreign-database.js';
import type { ImportedClient } from '../persistence/import.store.js';
import { hindrance, isDocument, readClient, registrationOfA, registrationOfB } from './client-rows.js';
import { type BetterAuthSecrets, secretHash, type StoredSecrets, UnusableSecret } from './client-secrets.js';
import type { ImportRun } from './import-run.js';
import { date, isTrue, text } from './row-values.js';

/** How the secrets of clients are read. */
export interface SecretReading {
  /** Null to tell it by what they look like. */
  how: StoredSecrets | null;
  secrets: BetterAuthSecrets;
}

const LONGEST_CLIENT_ID = 2_000;
const GENERATIONS = [
  { model: 'oauthApplication', registration: registrationOfA },
  { model: 'oauthClient', registration: registrationOfB },
] as const;

/** Takes over clients, with their ids and secrets. */
export async function importClients(
  run: ImportRun,
  supported: SupportedMetadata,
  reading: SecretReading,
): Promise<void> {
  const { from, store, transaction, tally, now } = run;
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
        const known = here.get(clientId) ?? run.clients.get(clientId);
        if (known) {
          run.clients.set(clientId, known);
          tally.find('clients');
          continue;
        }
        try {
          if (gone.has(clientId)) throw new Unfit('was taken over before, and is gone here');
          if (people.has(clientId)) throw new Unfit('has the id of a person');
          const client = await asClient(row, registration(row), { run, supported, reading });
          run.clients.set(clientId, client);
          taken.push(client);
          tally.take('clients');
        } catch (error) {
          if (!(error instanceof Unfit || error instanceof UnusableSecret)) throw error;
          tally.leave('clients', clientId, error.message);
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
  supported: SupportedMetadata;
  reading: SecretReading;
}

async function asClient(
  row: ForeignRow,
  registration: Record<string, unknown>,
  { run, supported, reading }: Reading,
): Promise<ImportedClient> {
  const clientId = String(row['clientId']);
  if (clientId.length > LONGEST_CLIENT_ID || !isStorable(clientId))
    throw new Unfit('has an id that none can have');
  const problem = hindrance(row);
  if (problem !== null) throw new Unfit(problem);
  const { applicationType: _declared, lost, ...client } = read(registration, supported);
  const source = isDocument(row) ? 'document' : 'registered';
  const secret = client.tokenEndpointAuthMethod.startsWith('client_secret_')
    ? text(row['clientSecret'])
    : undefined;
  if (secret === null) throw new Unfit('has lost its secret');
  const owner = text(row['userId']);
  const imported = {
    ...client,
    id: randomUUID(),
    clientId,
    source,
    secretHash: secret === undefined ? null : await secretHash(secret, reading.how, reading.secrets),
    resource: null,
    kind: 'application',
    scopeCeiling: null,
    resourceCeiling: null,
    disabled: isTrue(row['disabled']),
    userId: owner !== null && run.people.has(owner) ? owner : null,
    createdAt: date(row['createdAt']) ?? run.now,
  } as const;
  for (const loss of lost) run.tally.note(`A client ${loss}`);
  if (isTrue(row['skipConsent']))
    run.tally.note('A client was trusted without consent: the policy says here which ones are');
  if (text(row['subjectType']) === 'pairwise')
    run.tally.note(
      'A client knew people by ids of its own (pairwise): here it gets the `sub` that all clients get',
    );
  return imported;
}

function read(registration: Record<string, unknown>, supported: SupportedMetadata) {
  try {
    return readClient(registration, supported);
  } catch (error) {
    throw new Unfit(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
