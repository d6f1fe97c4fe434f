import type { ServiceAccountOptions } from 'nestjs-mcp-auth';
import { describeServiceAccounts } from 'nestjs-mcp-auth/service-kit';
import type { Environment } from './environment.js';
import { complainOf } from './library-complaint.js';
import type { ServerScopes } from './rules-reader.js';
import { readSecretPlace } from './secret-place.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

const KEYS = ['id', 'name', 'servers', 'scopes', 'clientSecret', 'overlap', 'jwks', 'jwksUri'] as const;

/** Reads `serviceAccounts` of a policy file. */
export class ServiceAccountsReader {
  /**
   * @param env where secrets may be.
   * @param servers the MCP servers that there are.
   * @param workloads ids of accounts that are workloads, which need no proof of their own.
   */
  constructor(
    private readonly yaml: YamlFile,
    private readonly env: Environment,
    private readonly servers: readonly ServerScopes[],
    private readonly workloads: readonly string[],
  ) {}

  read(path: YamlPath, value: unknown): ServiceAccountOptions[] {
    const accounts = this.yaml.list(path, value).map((one, index) => this.account([...path, index], one));
    for (const [index, account] of accounts.entries())
      if (accounts.findIndex(({ clientId }) => clientId === account.clientId) < index)
        throw this.yaml.complaint([...path, index, 'id'], 'id is that of another service account');
    return accounts;
  }

  private account(path: YamlPath, value: unknown): ServiceAccountOptions {
    const known = this.yaml.mapping(path, value, KEYS);
    const text = (key: (typeof KEYS)[number]) =>
      known[key] === undefined ? undefined : this.yaml.text([...path, key], known[key]);
    const secret = known['clientSecret'];
    const servers = this.serversOf([...path, 'servers'], known['servers'] ?? []);
    const account = {
      clientId: this.yaml.text([...path, 'id'], known['id']),
      name: text('name'),
      resources: servers.map(({ identifier }) => identifier),
      scopes: this.scopes([...path, 'scopes'], known['scopes'] ?? [], servers),
      // What is wrong with it, the library says.
      jwks: known['jwks'] as ServiceAccountOptions['jwks'],
      jwksUri: text('jwksUri'),
      overlap: known['overlap'] as ServiceAccountOptions['overlap'],
      clientSecret:
        secret === undefined
          ? undefined
          : readSecretPlace(this.yaml, this.env, [...path, 'clientSecret'], secret),
    };
    complainOf(this.yaml, path, () => describeServiceAccounts([account], this.workloads));
    return account;
  }

  private serversOf(path: YamlPath, value: unknown): ServerScopes[] {
    const names = this.servers.map(({ identifier }) => identifier);
    return this.yaml.list(path, value).map((server, index) => {
      const found = this.servers.find(({ identifier }) => identifier === server);
      if (found) return found;
      throw this.yaml.complaint([...path, index], `an entry of servers must be one of ${names.join(', ')}`);
    });
  }

  private scopes(path: YamlPath, value: unknown, servers: readonly ServerScopes[]): string[] {
    const scopes = this.yaml.texts(path, value);
    const names = [...new Set(servers.flatMap((server) => Object.keys(server.scopes ?? {})))];
    this.yaml.refuse(path, scopes, (scope) =>
      names.includes(scope)
        ? null
        : `none of its servers has a scope ${JSON.stringify(scope)}: they have ${names.join(', ') || 'none'}`,
    );
    return scopes;
  }
}
