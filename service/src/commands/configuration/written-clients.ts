import { type CatalogClient, type ClientCatalog, type ClientKind } from 'nestjs-mcp-auth/service-kit';
import { compare, type Configuration } from './configuration.js';

/** Clients that are read at once. */
const BATCH = 500;

/** Those that the file has and administrators have made, without those that are blocked: a file would let them in. */
export async function writtenClients(
  catalog: ClientCatalog,
  file: Readonly<Record<string, unknown>>,
): Promise<Pick<Configuration, 'blocked'> & Readonly<Record<string, unknown>>> {
  const found = await Promise.all(
    Object.entries(ENTRIES).map(async ([section, { kind, entry }]) => {
      const all = await everyOne(catalog, kind);
      const blocked = all.filter(({ disabled }) => disabled).map(({ clientId }) => clientId);
      const known = file[section];
      const written = [
        ...(Array.isArray(known) ? (known as { id?: unknown }[]) : []),
        ...all.filter(({ source }) => source === 'administrator').map(entry),
      ].filter(({ id }) => typeof id !== 'string' || !blocked.includes(id));
      return { section, blocked, written: known === undefined && written.length === 0 ? undefined : written };
    }),
  );
  const pairs = found.flatMap(({ section, written }) => (written ? [[section, written] as const] : []));
  return {
    ...withoutNamesOf(
      found.flatMap(({ blocked }) => blocked),
      file,
    ),
    ...Object.fromEntries(pairs),
    blocked: Object.fromEntries(found.map(({ section, blocked }) => [section, blocked])),
  };
}

/** The sections that name clients, without what names those that are left out: a start refuses what names nobody. */
function withoutNamesOf(blocked: readonly string[], file: Readonly<Record<string, unknown>>): object {
  const isOut = (id: unknown) => typeof id === 'string' && blocked.includes(id);
  const left = (entry: Readonly<Record<string, unknown>>) => {
    if (isOut(entry['serviceAccount']) || isOut(entry['client'])) return [];
    if (!Array.isArray(entry['clients'])) return [entry];
    const clients = entry['clients'].filter((id) => !isOut(id));
    return clients.length === 0 ? [] : [{ ...entry, clients }];
  };
  return Object.fromEntries(
    ['workloads', 'linkedServers', 'identityAssertions'].flatMap((section) => {
      const entries = file[section];
      return Array.isArray(entries) ? [[section, entries.flatMap(left)] as const] : [];
    }),
  );
}

/** Clients that a policy file can name, by its sections. */
const ENTRIES: Readonly<
  Record<string, { kind: ClientKind; entry: (client: CatalogClient) => { id: string } & object }>
> = {
  serviceAccounts: {
    kind: 'service-account',
    entry: (client) => ({
      ...named(client),
      servers: client.resourceCeiling ?? [],
      scopes: client.scopeCeiling ?? [],
    }),
  },
  preRegisteredClients: {
    kind: 'pre-registered',
    entry: (client) => ({ ...named(client), redirectUris: client.redirectUris }),
  },
};

function named({ clientId, name, hasSecret }: CatalogClient) {
  return {
    id: clientId,
    ...(name !== null && { name }),
    ...(hasSecret && { clientSecret: placeholder(clientId) }),
  };
}

/** All of a kind, in the order of their ids. */
async function everyOne(catalog: ClientCatalog, kind: ClientKind): Promise<CatalogClient[]> {
  const found: CatalogClient[] = [];
  let key: readonly string[] | undefined;
  for (;;) {
    const place = key && ({ direction: 'after', key } as const);
    const page = await catalog.page({ kind }, 'name', {
      descending: false,
      limit: BATCH,
      ...(place && { place }),
    });
    found.push(...page);
    key = page.at(-1)?.key;
    if (page.length < BATCH || key === undefined) break;
  }
  return found.toSorted((one, other) => compare(one.clientId, other.clientId));
}

/** The service knows a digest of the secret alone. */
function placeholder(clientId: string): { env: string } {
  return { env: `${clientId.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_SECRET` };
}
