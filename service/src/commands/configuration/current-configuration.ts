import { dirname, resolve } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { McpResources, type ProtectedResource, type ResourceOptions } from 'nestjs-mcp-auth';
import { ClientCatalog } from 'nestjs-mcp-auth/service-kit';
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
import { writtenClients } from './written-clients.js';

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
  const { blocked, ...written } = await writtenClients(service.get(ClientCatalog), file);
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

/** Those of the service itself are of no file. The first stays so: it is the default for clients that name none. */
function servers(all: readonly ProtectedResource[], { address, example }: ServiceConfig): ResourceOptions[] {
  const own = [...adminServers(address), exampleServer(example)].map(({ identifier }) => identifier);
  const [first, ...others] = all.filter(({ identifier }) => !own.includes(identifier));
  const sorted = others.toSorted((one, other) => compare(one.identifier, other.identifier));
  return (first ? [first, ...sorted] : []).map(serverEntry);
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
