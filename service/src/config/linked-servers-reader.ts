import type { LinkedServerOptions } from 'nestjs-mcp-auth';
import { describeLinkedServers } from 'nestjs-mcp-auth/service-kit';
import type { AccessRule } from './policy.js';
import { complainOf } from './library-complaint.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

const KEYS = ['issuer', 'resources', 'client', 'clientId', 'scopes', 'groups', 'maxAge', 'claims'] as const;

/** A linked server, and for whose people it is: groups as rules name them. */
export interface LinkedServerRule {
  options: LinkedServerOptions;
  groups: AccessRule['groups'];
}

/** Reads `linkedServers` of a policy file. */
export class LinkedServersReader {
  /**
   * @param clients ids of those that the file names.
   * @param groups reads groups as rules name them.
   */
  constructor(
    private readonly yaml: YamlFile,
    private readonly clients: readonly string[],
    private readonly groups: (path: YamlPath, value: unknown) => AccessRule['groups'],
  ) {}

  read(path: YamlPath, value: unknown): LinkedServerRule[] {
    const servers = this.yaml.list(path, value).map((one, index) => this.server([...path, index], one));
    complainOf(this.yaml, path, () =>
      describeLinkedServers(
        servers.map(({ options }) => options),
        '',
      ),
    );
    return servers;
  }

  private server(path: YamlPath, value: unknown): LinkedServerRule {
    const known = this.yaml.mapping(path, value, KEYS);
    const text = (key: (typeof KEYS)[number]) => this.yaml.text([...path, key], known[key]);
    const client = text('client');
    if (!this.clients.includes(client) && !/^https?:\/\//.test(client))
      throw this.yaml.complaint(
        [...path, 'client'],
        `${JSON.stringify(client)} is no client of preRegisteredClients, and no URL of a metadata document`,
      );
    const options: LinkedServerOptions = {
      issuer: text('issuer'),
      resources: this.yaml.someTexts([...path, 'resources'], known['resources']),
      client,
      scopes: this.yaml.someTexts([...path, 'scopes'], known['scopes']),
      ...(known['clientId'] !== undefined && { clientId: text('clientId') }),
      // What is wrong with them, the library says.
      ...(known['maxAge'] !== undefined && { maxAge: known['maxAge'] as number }),
      ...(known['claims'] !== undefined && {
        claims: this.yaml.texts([...path, 'claims'], known['claims']) as LinkedServerOptions['claims'],
      }),
    };
    complainOf(this.yaml, path, () => describeLinkedServers([options], ''));
    return { options, groups: this.groups([...path, 'groups'], known['groups'] ?? 'everyone') };
  }
}
