import type { TrustedIssuerOptions, WorkloadOptions } from 'nestjs-mcp-auth';
import { describeTrustedIssuers, describeWorkloads } from 'nestjs-mcp-auth/service-kit';
import { complainOf } from './library-complaint.js';
import type { YamlFile, YamlPath } from './yaml-file.js';

/** Reads `trustedIssuers` and `workloads` of a policy file. */
export class WorkloadsReader {
  constructor(private readonly yaml: YamlFile) {}

  issuers(path: YamlPath, value: unknown): TrustedIssuerOptions[] {
    const issuers = this.yaml.list(path, value).map((one, index) => this.issuer([...path, index], one));
    complainOf(this.yaml, path, () => describeTrustedIssuers(issuers, ''));
    return issuers;
  }

  /** Ids of the service accounts that workloads are, as far as they can be read. */
  accountsOf(path: YamlPath, value: unknown): string[] {
    return this.yaml.list(path, value).flatMap((one) => {
      const { serviceAccount } = (one ?? {}) as Record<string, unknown>;
      return typeof serviceAccount === 'string' ? [serviceAccount] : [];
    });
  }

  workloads(
    path: YamlPath,
    value: unknown,
    issuers: readonly TrustedIssuerOptions[],
    serviceAccounts: readonly string[],
  ): WorkloadOptions[] {
    const trusted = describeTrustedIssuers(issuers, '');
    return this.yaml.list(path, value).map((one, index) => {
      const place = [...path, index];
      const known = this.yaml.mapping(place, one, ['issuer', 'subject', 'claims', 'serviceAccount']);
      const workload: WorkloadOptions = {
        issuer: this.yaml.text([...place, 'issuer'], known['issuer']),
        serviceAccount: this.yaml.choice(
          [...place, 'serviceAccount'],
          known['serviceAccount'],
          serviceAccounts,
        ),
        ...(known['subject'] !== undefined && {
          subject: this.yaml.text([...place, 'subject'], known['subject']),
        }),
        ...(known['claims'] !== undefined && { claims: this.claims([...place, 'claims'], known['claims']) }),
      };
      complainOf(this.yaml, place, () => describeWorkloads([workload], trusted));
      return workload;
    });
  }

  private issuer(path: YamlPath, value: unknown): TrustedIssuerOptions {
    const known = this.yaml.mapping(path, value, ['issuer', 'jwksUri', 'jwks', 'reusable']);
    const { reusable = false } = known;
    if (typeof reusable !== 'boolean')
      throw this.yaml.complaint([...path, 'reusable'], 'reusable must be true or false');
    const issuer: TrustedIssuerOptions = {
      issuer: this.yaml.text([...path, 'issuer'], known['issuer']),
      reusable,
      ...(known['jwksUri'] !== undefined && {
        jwksUri: this.yaml.text([...path, 'jwksUri'], known['jwksUri']),
      }),
      // What is wrong with them, the library says.
      ...(known['jwks'] !== undefined && { jwks: known['jwks'] as TrustedIssuerOptions['jwks'] }),
    };
    complainOf(this.yaml, path, () => describeTrustedIssuers([issuer], ''));
    return issuer;
  }

  private claims(path: YamlPath, value: unknown): WorkloadOptions['claims'] {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.yaml.complaint(path, 'claims must be a mapping of claims and their values');
    return value as WorkloadOptions['claims'];
  }
}
