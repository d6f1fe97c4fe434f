import { dirname, resolve } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { McpResources, type ProtectedResource, type ResourceOptions } from 'nestjs-mcp-auth';
import { type CatalogClient, ClientCatalog, type ClientKind } from 'nestjs-mcp-auth/service-kit';
import { adminServers } from '../../config/admin-servers.js';
import { Environment } from '../../config/environment.js';
import { exampleServer } from '../../config/example-config.js';
import { POLICY_VARIABLES } from '../../config/policy-config.js';
import type { ServiceConfig } from '../../config/service-config.js';
import { SettingsInForce } from '../../config/settings-in-force.js';
import { YamlFile } from '../../config/yaml-file.js';
import type { RuleWords } from '../../policy/entities/access-rule.entity.js';
import { AccessRules } from '../../policy/access-rules.js';
import { compare, type Configuration } from './configuration.js';
import { serverEntry } from './server-entry.js';
import { settingVariables } from './setting-variables.js';

/** Clients that are read at once. */
const BATCH = 500;

/**
 * What is in force: the policy file as it is, and beside it what administrators have made, as the file would say it.
 * @param env where the file is named.
 */
export async function currentConfiguration(
  service: INestApplicationContext,
  config: ServiceConfig,
  env: NodeJS.ProcessEnv,
): Promise<Configuration> {
  const path = new Environment(env).get(POLICY_VARIABLES.file);
  const file = path === undefined ? {} : policyFile(path);
  const { blocked, ...written } = await clients(service.get(ClientCatalog), file);
  return {
    servers: servers(service.get(McpResources).all(), config),
    policy: { ...file, ...(await rules(service.get(AccessRules, { strict: false }), config)), ...written },
    blocked,
    settings: settingVariables(service.get(SettingsInForce, { strict: false }).current),
  };
}

/** The policy file, with places of secrets that lead there from every folder. */
function policyFile(path: string): Readonly<Record<string, unknown>> {
  const { content } = new YamlFile(POLICY_VARIABLES.file.name, path);
  return withPlaces(content, dirname(resolve(path))) as Readonly<Record<string, unknown>>;
}

function withPlaces(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withPlaces(item, folder));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      const isPlace = name === 'clientSecret' && typeof member === 'object' && member !== null;
      return isPlace && 'file' in member && typeof member.file === 'string'
        ? [name, { file: resolve(folder, member.file) }]
        : [name, withPlaces(member, folder)];
    }),
  );
}

/** Those of the service itself are of no file. */
function servers(all: readonly ProtectedResource[], { address, example }: ServiceConfig): ResourceOptions[] {
  const own = [...adminServers(address), exampleServer(example)].map(({ identifier }) => identifier);
  return all
    .filter(({ identifier }) => !own.includes(identifier))
    .toSorted((one, other) => compare(one.identifier, other.identifier))
    .map(serverEntry);
}

/** Where no file has rules, those of the database, and which clients the variables let in. */
async function rules(access: AccessRules, config: ServiceConfig): Promise<object> {
  if (access.isFile) return {};
  const all = await access.all();
  const { mode, allowed, trusted } = config.policy.clients;
  const kept = {
    ...(mode !== 'open' && { mode }),
    ...(allowed.length > 0 && { allowed }),
    ...(trusted.length > 0 && { trusted }),
  };
  return {
    rules: all
      // What has no id is the service's own.
      .filter(({ id }) => id !== undefined)
      .map(ruleEntry)
      .toSorted((one, other) => compare(JSON.stringify(one), JSON.stringify(other))),
    ...(Object.keys(kept).length > 0 && { clients: kept }),
  };
}

function ruleEntry({ name, groups, resource, scopes, clients, until }: RuleWords) {
  return {
    server: resource,
    name,
    groups: groups ?? 'everyone',
    scopes: scopes ?? 'all',
    ...(clients && { clients }),
    ...(until && { until: until.toISOString() }),
  };
}

/** Those that the file has and administrators have made, without those that are blocked: a file would let them in. */
async function clients(
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
    ...Object.fromEntries(pairs),
    blocked: Object.fromEntries(found.map(({ section, blocked }) => [section, blocked])),
  };
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
