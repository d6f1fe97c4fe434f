import type { ResourceOptions } from 'nestjs-mcp-auth';
import { END_TIME, readEndTime } from './end-time.js';
import { isBeginning, selectorProblem, trustedProblem } from './client-selector.js';
import { groupProblem } from './group.js';
import { type AccessRule, type ClientRules, nameProblem } from './policy.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

/** What a rule and a list of clients need to be read. */
export type ServerScopes = Pick<ResourceOptions, 'identifier' | 'scopes'>;

const MODES = ['open', 'approval', 'allow-list'] as const;

/** What trusts nothing, in words that follow its place. */
export function beginningWarning(url: string): string {
  return `${url} is the beginning of URLs and trusts no client: write the id of a metadata document or a redirect URI, as a whole`;
}

/** Reads `rules` and `clients` of a policy file. */
export class RulesReader {
  /** What is wrong and does no harm, in sentences. */
  readonly warnings: string[] = [];

  /**
   * @param servers the MCP servers that there are.
   * @param providerIds of the identity providers that there are.
   */
  constructor(
    private readonly yaml: YamlFile,
    private readonly servers: readonly ServerScopes[],
    private readonly providerIds: readonly string[],
  ) {}

  rules(path: YamlPath, value: unknown): AccessRule[] {
    return this.yaml.list(path, value).map((rule, index) => this.rule([...path, index], rule));
  }

  clients(path: YamlPath, value: unknown): ClientRules {
    const known = this.yaml.mapping(path, value, ['mode', 'allowed', 'trusted']);
    const mode = this.yaml.choice([...path, 'mode'], known['mode'] ?? 'open', MODES);
    const allowed = this.yaml.texts([...path, 'allowed'], known['allowed'] ?? []);
    this.yaml.refuse([...path, 'allowed'], allowed, selectorProblem);
    if (allowed.length > 0 && mode !== 'allow-list')
      throw this.yaml.complaint([...path, 'allowed'], 'allowed has no effect without `mode: allow-list`');
    return { mode, allowed, trusted: this.trusted([...path, 'trusted'], known['trusted'] ?? []) };
  }

  /** Groups as rules name them. */
  groupsOf(path: YamlPath, value: unknown): AccessRule['groups'] {
    return value === 'everyone' ? value : this.groups(path, value);
  }

  private rule(path: YamlPath, value: unknown): AccessRule {
    const keys = ['name', 'groups', 'server', 'scopes', 'clients', 'until'];
    const { name, groups, server, scopes, clients = 'any', until } = this.yaml.mapping(path, value, keys);
    const found = this.servers.find(({ identifier }) => identifier === server);
    if (!found)
      throw this.yaml.complaint(
        [...path, 'server'],
        `server must be one of ${this.servers.map(({ identifier }) => identifier).join(', ')}`,
      );
    return {
      name: this.name([...path, 'name'], name),
      groups: this.groupsOf([...path, 'groups'], groups),
      resource: found.identifier,
      scopes:
        scopes === 'all'
          ? scopes
          : this.some([...path, 'scopes'], scopes, (scope) => scopeProblem(found, scope)),
      clients: clients === 'any' ? clients : this.some([...path, 'clients'], clients, selectorProblem),
      ...(until !== undefined && { until: this.end([...path, 'until'], until) }),
    };
  }

  private end(path: YamlPath, value: unknown): string {
    const end = readEndTime(this.yaml.text(path, value));
    if (!end) throw this.yaml.complaint(path, `until ${END_TIME}`);
    return end.toISOString();
  }

  private name(path: YamlPath, value: unknown): string {
    const name = this.yaml.text(path, value);
    const problem = nameProblem(name);
    if (problem !== null) throw this.yaml.complaint(path, `name ${problem}`);
    return name;
  }

  /** Names, or `{ provider, group }`, which is that group whatever stands in its name. */
  private groups(path: YamlPath, value: unknown): string[] {
    const named = Array.isArray(value)
      ? value.map((group: unknown, index) => this.group([...path, index], group))
      : value;
    return this.some(path, named, groupProblem);
  }

  private group(path: YamlPath, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const { provider, group } = this.yaml.mapping(path, value, ['provider', 'group']);
    const id = this.yaml.choice([...path, 'provider'], provider, this.providerIds);
    return `${id}:${this.yaml.text([...path, 'group'], group)}`;
  }

  private some(path: YamlPath, value: unknown, problem: Parameters<YamlFile['refuse']>[2]): string[] {
    const texts = this.yaml.someTexts(path, value);
    this.yaml.refuse(path, texts, problem);
    return texts;
  }

  private trusted(path: YamlPath, value: unknown): string[] {
    const urls = this.yaml.texts(path, value);
    this.yaml.refuse(path, urls, trustedProblem);
    for (const [index, url] of urls.entries())
      if (isBeginning(url)) this.warnings.push(this.yaml.remark([...path, index], beginningWarning(url)));
    return urls.filter((url) => !isBeginning(url));
  }
}

function scopeProblem({ identifier, scopes = {} }: ServerScopes, scope: string): string | null {
  if (Object.hasOwn(scopes, scope)) return null;
  const names = Object.keys(scopes);
  return names.length === 0
    ? `${identifier} has no scopes: write \`scopes: all\``
    : `${identifier} has no scope ${JSON.stringify(scope)}, only ${names.join(', ')}`;
}
