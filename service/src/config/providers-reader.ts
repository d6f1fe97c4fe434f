import { asciiLowerCase } from './ascii-lower-case.js';
import type { Environment } from './environment.js';
import {
  AUTH_TIME,
  DEFAULT_GROUPS_CLAIM,
  DEFAULT_SCOPES,
  defaultAuthTime,
  defaultHostedDomain,
  domainProblem,
  groupsUrlProblem,
  HOSTED_DOMAIN,
  isSameIssuer,
  issuerProblem,
  type OidcProviderConfig,
  scopesProblem,
} from './oidc-provider.js';
import { readSecretPlace } from './secret-place.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

const KEYS = [
  'id',
  'name',
  'issuer',
  'clientId',
  'clientSecret',
  'domains',
  'hostedDomain',
  'scopes',
  'groupsClaim',
  'groupsUrl',
  'authTime',
  'signOut',
  'source',
] as const;
const ID = /^[a-z][a-z0-9-]{0,31}$/;
/** What else stands below `/sign-in`: the provider of the environment, and the way on after it. */
const TAKEN_IDS = ['sso', 'continue'];

/** Reads `providers` of a policy file. */
export class ProvidersReader {
  /** @param env where secrets may be. */
  constructor(
    private readonly yaml: YamlFile,
    private readonly env: Environment,
  ) {}

  read(path: YamlPath, value: unknown): OidcProviderConfig[] {
    const providers = this.yaml.list(path, value).map((one, index) => this.provider([...path, index], one));
    const isSame = { id: (one: string, other: string) => one === other, issuer: isSameIssuer };
    for (const key of ['id', 'issuer'] as const)
      for (const [index, provider] of providers.entries())
        if (providers.findIndex((other) => isSame[key](other[key], provider[key])) < index)
          throw this.yaml.complaint([...path, index, key], `${key} is that of another provider`);
    const [, second] = [...providers.keys()].filter((index) => providers[index]?.source);
    if (second !== undefined)
      throw this.yaml.complaint([...path, second, 'source'], 'source is true of another provider already');
    return providers;
  }

  private provider(path: YamlPath, value: unknown): OidcProviderConfig {
    const known = this.yaml.mapping(path, value, KEYS);
    const text = (key: (typeof KEYS)[number], fallback?: string) =>
      this.yaml.text([...path, key], known[key] ?? fallback);
    const issuer = text('issuer');
    this.check([...path, 'issuer'], issuerProblem(issuer));
    const groupsUrl = known['groupsUrl'] === undefined ? null : text('groupsUrl');
    if (groupsUrl !== null) this.check([...path, 'groupsUrl'], groupsUrlProblem(groupsUrl, issuer));
    return {
      id: this.id([...path, 'id'], known['id']),
      name: text('name', new URL(issuer).host),
      issuer,
      clientId: text('clientId'),
      clientSecret: readSecretPlace(this.yaml, this.env, [...path, 'clientSecret'], known['clientSecret']),
      domains: this.domains([...path, 'domains'], known['domains'] ?? []),
      hostedDomain: this.yaml.choice(
        [...path, 'hostedDomain'],
        known['hostedDomain'] ?? defaultHostedDomain(issuer),
        HOSTED_DOMAIN,
      ),
      scopes: this.scopes([...path, 'scopes'], known['scopes']),
      groupsClaim: text('groupsClaim', DEFAULT_GROUPS_CLAIM),
      groupsUrl,
      authTime: this.yaml.choice(
        [...path, 'authTime'],
        known['authTime'] ?? defaultAuthTime(issuer),
        AUTH_TIME,
      ),
      signOut: this.flag([...path, 'signOut'], known['signOut'] ?? false),
      source: this.flag([...path, 'source'], known['source'] ?? false),
    };
  }

  private id(path: YamlPath, value: unknown): string {
    const id = this.yaml.text(path, value);
    if (!ID.test(id))
      throw this.yaml.complaint(path, 'id must be a short word of lower-case letters, digits and -');
    if (TAKEN_IDS.includes(id)) throw this.yaml.complaint(path, `id must not be ${id}, which is taken`);
    return id;
  }

  private domains(path: YamlPath, value: unknown): string[] {
    const domains = this.yaml.texts(path, value).map((domain) => asciiLowerCase(domain));
    this.yaml.refuse(path, domains, (domain) => after('domains', domainProblem(domain)));
    return domains;
  }

  private scopes(path: YamlPath, value: unknown): string {
    const scopes = value === undefined ? DEFAULT_SCOPES : this.yaml.someTexts(path, value).join(' ');
    this.check(path, scopesProblem(scopes));
    return scopes;
  }

  private flag(path: YamlPath, value: unknown): boolean {
    if (typeof value !== 'boolean')
      throw this.yaml.complaint(path, `${String(path.at(-1))} must be true or false`);
    return value;
  }

  private check(path: YamlPath, problem: string | null): void {
    const sentence = after(String(path.at(-1)), problem);
    if (sentence !== null) throw this.yaml.complaint(path, sentence);
  }
}

/** A problem with the name that it follows. */
function after(name: string, problem: string | null): string | null {
  return problem === null ? null : `${name} ${problem}`;
}
