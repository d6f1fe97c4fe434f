import type { DelegationOptions, ResourceOptions } from 'nestjs-mcp-auth';
import {
  describeDelegationDepth,
  describeDelegations,
  describeResources,
  describeResourceServers,
} from 'nestjs-mcp-auth/service-kit';
import type { ServerScopes } from './rules-reader.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

const KEYS = ['from', 'to', 'scopes', 'requires'] as const;

/** Reads `delegations` and `delegationDepth` of a policy file. */
export class DelegationsReader {
  /** @param servers the MCP servers that there are, with their credentials. */
  constructor(
    private readonly yaml: YamlFile,
    private readonly servers: readonly ServerScopes[],
  ) {}

  read(path: YamlPath, value: unknown): DelegationOptions[] {
    return this.yaml.list(path, value).map((one, index) => this.delegation([...path, index], one));
  }

  depth(path: YamlPath, value: unknown): number | undefined {
    if (value === undefined) return undefined;
    return this.checked(path, () => describeDelegationDepth(value as number));
  }

  private delegation(path: YamlPath, value: unknown): DelegationOptions {
    const { from, to, scopes = [], requires } = this.yaml.mapping(path, value, KEYS);
    const names = this.servers.map(({ identifier }) => identifier);
    const delegation: DelegationOptions = {
      from: this.yaml.choice([...path, 'from'], from, names),
      to: this.yaml.choice([...path, 'to'], to, names),
      scopes: this.yaml.texts([...path, 'scopes'], scopes),
      ...(requires !== undefined && { requires: this.yaml.texts([...path, 'requires'], requires) }),
    };
    const resource = this.servers as readonly ResourceOptions[] as ResourceOptions[];
    this.checked(path, () =>
      describeDelegations([delegation], {
        resources: describeResources({ resource }),
        resourceServers: describeResourceServers({ resource }),
      }),
    );
    return delegation;
  }

  private checked<Value>(path: YamlPath, describe: () => Value): Value {
    try {
      return describe();
    } catch (error) {
      const sentence = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
      throw this.yaml.complaint(path, sentence);
    }
  }
}
