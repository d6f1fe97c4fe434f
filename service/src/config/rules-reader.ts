import type { YamlFile, YamlPath } from './yaml-file.js';
import { selectorProblem } from './client-selector.js';
import type { AccessRule, ClientRules } from './policy.js';

const MODES = ['open', 'approval', 'allow-list'] as const;

/** Reads `rules` and `clients` of a policy file. */
export class RulesReader {
  /** @param servers identifiers of the MCP servers that there are. */
  constructor(
    private readonly yaml: YamlFile,
    private readonly servers: readonly string[],
  ) {}

  rules(path: YamlPath, value: unknown): AccessRule[] {
    return this.yaml.list(path, value).map((rule, index) => this.rule([...path, index], rule));
  }

  clients(path: YamlPath, value: unknown): ClientRules {
    const known = this.yaml.mapping(path, value, ['mode', 'allowed', 'trusted']);
    return {
      mode: this.yaml.choice([...path, 'mode'], known['mode'] ?? 'open', MODES),
      allowed: this.selectors([...path, 'allowed'], known['allowed'] ?? []),
      trusted: this.selectors([...path, 'trusted'], known['trusted'] ?? []),
    };
  }

  private rule(path: YamlPath, value: unknown): AccessRule {
    const keys = ['name', 'groups', 'server', 'scopes', 'clients'];
    const { name, groups, server, scopes, clients = 'any' } = this.yaml.mapping(path, value, keys);
    if (typeof server !== 'string' || !this.servers.includes(server))
      throw this.yaml.complaint([...path, 'server'], `server must be one of ${this.servers.join(', ')}`);
    return {
      name: this.yaml.text([...path, 'name'], name),
      groups: groups === 'everyone' ? groups : this.yaml.someTexts([...path, 'groups'], groups),
      resource: server,
      scopes: scopes === 'all' ? scopes : this.yaml.someTexts([...path, 'scopes'], scopes),
      clients: clients === 'any' ? clients : this.selectors([...path, 'clients'], clients),
    };
  }

  private selectors(path: YamlPath, value: unknown): string[] {
    const selectors = this.yaml.texts(path, value);
    this.yaml.refuse(path, selectors, selectorProblem);
    return selectors;
  }
}
