import type { INestApplicationContext } from '@nestjs/common';
import { McpResources, type ProtectedResource, type ResourceOptions } from 'nestjs-mcp-auth';
import { type CatalogClient, ClientCatalog, type ClientKind } from 'nestjs-mcp-auth/service-kit';
import { adminServers } from '../../config/admin-servers.js';
import { Environment } from '../../config/environment.js';
import { exampleServer } from '../../config/example-config.js';
import { POLICY_VARIABLES } from '../../config/policy-config.js';
import type { ServiceConfig } from '../../config/service-config.js';
import { SETTINGS_VARIABLES } from '../../config/settings-config.js';
import { SettingsInForce } from '../../config/settings-in-force.js';
import { DEFAULT_SETTINGS } from '../../config/settings.js';
import { YamlFile } from '../../config/yaml-file.js';
import type { RuleWords } from '../../policy/entities/access-rule.entity.js';
import { AccessRules } from '../../policy/access-rules.js';
import { compare, type Configuration } from './configuration.js';

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
  const file = path === undefined ? {} : (new YamlFile(POLICY_VARIABLES.file.name, path).content as object);
  return {
    servers: servers(service.get(McpResources).all(), config),
    policy: {
      ...file,
      ...(await rules(service.get(AccessRules, { strict: false }), config)),
      ...(await clients(service.get(ClientCatalog), file)),
    },
    settings: settings(service.get(SettingsInForce, { strict: false })),
  };
}

/** Those of the service itself are of no file. */
function servers(all: readonly ProtectedResource[], { address, example }: ServiceConfig): ResourceOptions[] {
  const own = [...adminServers(address), exampleServer(example)].map(({ identifier }) => identifier);
  return all
    .filter(({ identifier }) => !own.includes(identifier))
    .toSorted((one, other) => compare(one.identifier, other.identifier))
    .map(({ accessTokenExpiresIn, signingAlgorithm, maxAge, enabled, scopeHierarchy, ...server }) => ({
      identifier: server.identifier,
      name: server.name,
      scopes: server.scopes,
      challengeScopes: [...server.challengeScopes],
      ...(Object.keys(scopeHierarchy).length > 0 && { scopeHierarchy }),
      ...(accessTokenExpiresIn !== null && { accessTokenExpiresIn }),
      ...(signingAlgorithm !== null && { signingAlgorithm }),
      ...(maxAge !== null && { maxAge }),
      ...(!enabled && { enabled }),
    }));
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

async function clients(catalog: ClientCatalog, file: object): Promise<object> {
  const accounts = (await entered(catalog, 'service-account')).map((client) => ({
    id: client.clientId,
    ...(client.name !== null && { name: client.name }),
    servers: client.resourceCeiling ?? [],
    scopes: client.scopeCeiling ?? [],
    ...(client.hasSecret && { clientSecret: placeholder(client.clientId) }),
  }));
  const applications = (await entered(catalog, 'pre-registered')).map((client) => ({
    id: client.clientId,
    ...(client.name !== null && { name: client.name }),
    redirectUris: client.redirectUris,
    ...(client.hasSecret && { clientSecret: placeholder(client.clientId) }),
  }));
  const beside = (name: string, added: readonly object[]) => {
    const known = (file as Record<string, unknown>)[name];
    return added.length === 0
      ? {}
      : { [name]: [...(Array.isArray(known) ? (known as object[]) : []), ...added] };
  };
  return { ...beside('serviceAccounts', accounts), ...beside('preRegisteredClients', applications) };
}

/** Those that administrators have made, in the order of their ids. */
async function entered(catalog: ClientCatalog, kind: ClientKind): Promise<CatalogClient[]> {
  const found: CatalogClient[] = [];
  let key: readonly string[] | undefined;
  for (;;) {
    const place = key && ({ direction: 'after', key } as const);
    const page = await catalog.page({ kind }, 'name', {
      descending: false,
      limit: BATCH,
      ...(place && { place }),
    });
    found.push(...page.filter(({ source }) => source === 'administrator'));
    key = page.at(-1)?.key;
    if (page.length < BATCH || key === undefined) break;
  }
  return found.toSorted((one, other) => compare(one.clientId, other.clientId));
}

/** The service knows a digest of the secret alone. */
function placeholder(clientId: string): { env: string } {
  return { env: `${clientId.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_SECRET` };
}

/** What differs from what holds at first; the logo is a picture, and of no text. */
function settings({ current }: SettingsInForce): Record<string, string> {
  const { logo: _logo, ...names } = SETTINGS_VARIABLES;
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, variable]) => {
      const setting = name as keyof typeof names;
      const value = current[setting];
      return value === null || value === DEFAULT_SETTINGS[setting] ? [] : [[variable.name, String(value)]];
    }),
  );
}
