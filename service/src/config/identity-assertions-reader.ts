import type { IdentityAssertionOptions, TrustedIssuerOptions } from 'nestjs-mcp-auth';
import { describeIdentityAssertions, describeTrustedIssuers } from 'nestjs-mcp-auth/service-kit';
import { asciiLowerCase } from './ascii-lower-case.js';
import { ASSERTED_ACCOUNTS, type AssertedPeopleRule } from './asserted-people.js';
import { complainOf } from './library-complaint.js';
import { domainProblem } from './oidc-provider.js';
import type { ServerScopes } from './rules-reader.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

const KEYS = [
  'issuer',
  'tenant',
  'clients',
  'servers',
  'scopes',
  'domains',
  'accounts',
  'groupsClaim',
] as const;

/** What an issuer may say of people, for the library and for the accounts here. */
export interface IdentityAssertions {
  options: IdentityAssertionOptions;
  people: AssertedPeopleRule;
}

/** Reads `identityAssertions` of a policy file. */
export class IdentityAssertionsReader {
  /**
   * @param servers the MCP servers that there are.
   * @param issuers whose signatures are believed.
   * @param clients ids of those that the file names.
   * @param providers issuers of the identity providers, by which rules name groups.
   */
  constructor(
    private readonly yaml: YamlFile,
    private readonly servers: readonly ServerScopes[],
    private readonly issuers: readonly TrustedIssuerOptions[],
    private readonly clients: readonly string[],
    private readonly providers: readonly string[],
  ) {}

  read(path: YamlPath, value: unknown): IdentityAssertions[] {
    const rules = this.yaml.list(path, value).map((one, index) => this.rule([...path, index], one));
    const trusted = describeTrustedIssuers(this.issuers, '');
    complainOf(this.yaml, path, () =>
      describeIdentityAssertions(
        rules.map(({ options }) => options),
        trusted,
      ),
    );
    return rules;
  }

  private rule(path: YamlPath, value: unknown): IdentityAssertions {
    const known = this.yaml.mapping(path, value, KEYS);
    const names = this.issuers.map(({ issuer }) => issuer);
    const issuer = this.yaml.text([...path, 'issuer'], known['issuer']);
    if (!names.includes(issuer))
      throw this.yaml.complaint([...path, 'issuer'], 'issuer must be one of trustedIssuers');
    const tenant =
      known['tenant'] === undefined ? undefined : this.yaml.text([...path, 'tenant'], known['tenant']);
    const options: IdentityAssertionOptions = {
      issuer,
      clients: this.clientsOf([...path, 'clients'], known['clients']),
      ...(tenant !== undefined && { tenant }),
      ...(known['servers'] !== undefined && {
        resources: this.serversOf([...path, 'servers'], known['servers']),
      }),
      ...(known['scopes'] !== undefined && { scopes: this.scopes([...path, 'scopes'], known['scopes']) }),
    };
    const people = {
      issuer,
      tenant: tenant ?? null,
      domains: this.domains([...path, 'domains'], known['domains'] ?? []),
      accounts: this.yaml.choice([...path, 'accounts'], known['accounts'] ?? 'known', ASSERTED_ACCOUNTS),
      groupsClaim: this.groupsClaim([...path, 'groupsClaim'], known['groupsClaim'], issuer, tenant),
    };
    return { options, people };
  }

  private clientsOf(path: YamlPath, value: unknown): string[] {
    const clients = this.yaml.someTexts(path, value);
    this.yaml.refuse(path, clients, (id) =>
      this.clients.includes(id) || /^https?:\/\//.test(id)
        ? null
        : `${JSON.stringify(id)} is no client of preRegisteredClients, and no URL of a metadata document`,
    );
    return clients;
  }

  private serversOf(path: YamlPath, value: unknown): string[] {
    const names = this.servers.map(({ identifier }) => identifier);
    const servers = this.yaml.someTexts(path, value);
    this.yaml.refuse(path, servers, (server) =>
      names.includes(server) ? null : `an entry of servers must be one of ${names.join(', ')}`,
    );
    return servers;
  }

  private scopes(path: YamlPath, value: unknown): string[] {
    const scopes = this.yaml.someTexts(path, value);
    const names = [...new Set(this.servers.flatMap((server) => Object.keys(server.scopes ?? {})))];
    this.yaml.refuse(path, scopes, (scope) =>
      names.includes(scope)
        ? null
        : `no server has a scope ${JSON.stringify(scope)}: they have ${names.join(', ') || 'none'}`,
    );
    return scopes;
  }

  private domains(path: YamlPath, value: unknown): string[] {
    const domains = this.yaml.texts(path, value).map((domain) => asciiLowerCase(domain));
    this.yaml.refuse(path, domains, (domain) => {
      const problem = domainProblem(domain);
      return problem === null ? null : `domains ${problem}`;
    });
    return domains;
  }

  /** Rules name groups by a provider of sign-in: those of anybody else no rule could mean. */
  private groupsClaim(
    path: YamlPath,
    value: unknown,
    issuer: string,
    tenant: string | undefined,
  ): string | null {
    if (value === undefined) return null;
    if (tenant === undefined && this.providers.includes(issuer)) return this.yaml.text(path, value);
    throw this.yaml.complaint(
      path,
      'groupsClaim is for an issuer without tenants that people sign in with too: rules name groups by their provider',
    );
  }
}
