import type { INestApplicationContext } from '@nestjs/common';
import { SupportedMetadata } from '../clients/client-metadata.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { isReservedForClients } from '../oauth/client-id.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { isAdministrative } from '../oauth/scope.js';
import { Database, type Transaction } from '../persistence/database.js';
import { ImportStore } from '../persistence/import.store.js';
import { ResourceStore } from '../persistence/resource.store.js';
import type { BetterAuthDatabase, BetterAuthPerson } from './better-auth-database.js';
import { type StoredSecrets, versionedSecrets } from './client-secrets.js';
import { importClients } from './import-clients.js';
import { importConsents } from './import-consents.js';
import { type BetterAuthReport, ImportTally } from './import-report.js';
import { importResources } from './import-resources.js';
import { ImportedResources, type ImportRun } from './import-run.js';
import { importTokens } from './import-tokens.js';

/** What a host knows of an import under way when people are taken over. */
export interface PeopleRun {
  /** Ids of those of them who were taken over before. */
  known: ReadonlySet<string>;
  /** Where what is taken, and what stays behind, is told. */
  tally: ImportTally;
  /** Undefined for a dry run, which writes nothing. */
  transaction: Transaction | undefined;
  /** The time of the import. */
  now: Date;
}

/** Takes people over into the host's own tables. */
export interface PeopleImport {
  /** Takes some people over. Answers the ids of those who are here then: their consents and refresh tokens follow. */
  take(people: readonly BetterAuthPerson[], run: PeopleRun): Promise<Iterable<string>>;
}

/** What is taken over of a database of Better Auth. */
export interface BetterAuthImportOptions {
  /**
   * Writes, in this transaction of the module's DataSource (`dataSource.transaction(…)`). Default: a dry run, which says
   * what would be done.
   */
  transaction?: Transaction;
  /** Takes people over. Default: they are the host's already, and keep their ids. */
  people?: PeopleImport;
  /**
   * Identifier of the MCP server that clients of 1.3 to 1.6 are for, which knew no resources. Default: the only one.
   */
  resource?: string;
  /**
   * Scopes of that MCP server that consents and tokens of 1.3 to 1.6 get, where any token opened everything. Default:
   * none, and people are asked once more.
   */
  scopes?: string[];
  /** Whether clients are taken over; those that are here already go on in any case. Default true. */
  clients?: boolean;
  /** Whether consents are taken over. Default true. */
  consents?: boolean;
  /** Whether refresh tokens are taken over, so that clients stay connected. Default false. */
  refreshTokens?: boolean;
  /** Whether MCP servers of 1.7 are added that are not known here. Default false. */
  resources?: boolean;
  /** How secrets of clients are stored. Default: by what they look like. */
  clientSecrets?: StoredSecrets;
  /** `BETTER_AUTH_SECRET`: for clients whose secrets are encrypted. */
  secret?: string;
  /** `BETTER_AUTH_SECRETS`: the same, with versions. */
  secrets?: string;
}

/**
 * Takes over clients with their ids and secrets, consents and, where wanted, refresh tokens and resources of a database of
 * Better Auth 1.3 to 1.7, into the database of an application with `McpAuthModule`. Nothing that is here is changed, and
 * what was taken over once is not taken over again, whatever has become of it.
 *
 * @param app the application, listening or not.
 * @throws Error with one sentence for what must be said first; the transaction must not be committed then.
 */
export async function importBetterAuth(
  app: INestApplicationContext,
  from: BetterAuthDatabase,
  options: BetterAuthImportOptions = {},
): Promise<BetterAuthReport> {
  const get = <T>(type: abstract new (...given: never[]) => T): T => app.get<T>(type, { strict: false });
  const { clock, lifetimes, serviceAccounts } = get(McpAuthSettings);
  const { transaction } = options;
  const run: ImportRun = {
    from,
    store: new ImportStore(get(Database)),
    tally: new ImportTally(),
    now: new Date(clock.now()),
    transaction,
    people: new Set(),
    banned: new Set(),
    clients: new Map(),
    resources: new ImportedResources(get(ProtectedResources)),
    resource: null,
    scopes: options.scopes ?? [],
  };
  if (transaction && !(await run.store.alone(transaction)))
    throw new Error('Another import is under way: wait until it is done.');
  if (options.resources) await importResources(run, get(ResourceStore));
  run.resource = resourceOf(run, options);
  checkScopes(run);
  await importPeople(run, options.people);
  await importClients(run, {
    isWanted: options.clients ?? true,
    supported: get(SupportedMetadata),
    serviceAccountsOn: serviceAccounts !== null,
    how: options.clientSecrets ?? null,
    secrets: {
      current: options.secret,
      versions: options.secrets ? versionedSecrets(options.secrets) : new Map(),
    },
  });
  if (options.consents ?? true) await importConsents(run);
  if (options.refreshTokens) await importTokens(run, lifetimes.grant * 1000);
  return run.tally.report(transaction !== undefined);
}

/** @throws Error with one sentence where nobody has said which MCP server is meant. */
function resourceOf({ resources, from }: ImportRun, { resource }: BetterAuthImportOptions) {
  // Nobody's old clients were meant for administering.
  const [only, another] = resources.all().filter(({ scopes }) => {
    const names = Object.keys(scopes);
    return names.length === 0 || !names.every(isAdministrative);
  });
  const found = resource === undefined ? (another ? undefined : only) : resources.find(resource);
  if (found) return found;
  if (resource !== undefined) throw new Error(`There is no MCP server ${resource} here.`);
  if (from.has('oauthApplication'))
    throw new Error(
      'Better Auth 1.6 knew no resources: say which MCP server its clients are for (resource).',
    );
  return null;
}

/** @throws Error with one sentence for a scope that the MCP server does not have. */
function checkScopes({ resource, scopes }: ImportRun): void {
  const unknown = scopes.find((scope) => !resource || !Object.hasOwn(resource.scopes, scope));
  if (unknown !== undefined)
    throw new Error(
      resource
        ? `${unknown} is no scope of ${resource.identifier}: take it out.`
        : `There are several MCP servers here: say which one ${unknown} is a scope of (resource).`,
    );
}

/** Nobody may have the id of a client: `sub` would not tell them apart (RFC 9700 §4.15). */
async function importPeople(run: ImportRun, host: PeopleImport | undefined): Promise<void> {
  const { from, store, tally, transaction, now } = run;
  const clientIds = await foreignClientIds(run);
  for await (const all of from.people(now)) {
    const ids = all.map(({ id }) => id);
    const clientsHere = new Set((await store.clients(ids, transaction)).map(({ clientId }) => clientId));
    const people = all.filter(({ id }) => {
      const isClient = isReservedForClients(id) || clientIds.has(id) || clientsHere.has(id);
      if (isClient) tally.leave('people', id, "has an id that is a client's, or could be");
      return !isClient;
    });
    const known = await store.known('person', ids, transaction);
    const here = host
      ? [...(await host.take(people, { known, tally, transaction, now }))]
      : people.map(({ id }) => id);
    for (const id of here) run.people.add(id);
    for (const { id, banned } of people) if (banned) run.banned.add(id);
    if (transaction && host) await store.remember('person', here, now, transaction);
  }
}

async function foreignClientIds({ from }: ImportRun): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const model of ['oauthApplication', 'oauthClient'] as const)
    for await (const rows of from.pages(model)) for (const { clientId } of rows) ids.add(String(clientId));
  return ids;
}
