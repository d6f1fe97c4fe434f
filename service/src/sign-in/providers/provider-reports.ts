import { Injectable } from '@nestjs/common';
import { AuditReader } from '../../audit/audit-reader.js';
import type { AuditEventRow } from '../../audit/entities/audit-event.entity.js';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { PublicAddress } from '../../config/public-address.js';
import { IdentityProviders, type IdentityProvider } from './identity-providers.js';
import type { DiscoveryState } from './oidc.strategy.js';

/** An identity provider, as administrators see it: without its secret. */
export interface ProviderReport extends Omit<OidcProviderConfig, 'clientSecret'> {
  /** Where it sends browsers back to: what is registered there. */
  redirectUri: string;
  /** As the replica that answers knows it. */
  discovery: DiscoveryState;
  lastSignInAt: Date | null;
  lastRefusal: { at: Date; reason: string } | null;
}

/** How the identity providers are. */
@Injectable()
export class ProviderReports {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly audit: AuditReader,
    private readonly address: PublicAddress,
  ) {}

  async list(): Promise<ProviderReport[]> {
    const methods = this.providers.all.flatMap(({ config }) => [config.issuer, config.id]);
    const [signIns, refusals] = await Promise.all([
      this.audit.lastSignIns('success', methods),
      this.audit.lastSignIns('refused', methods),
    ]);
    return this.providers.all.map((provider) => this.report(provider, { signIns, refusals }));
  }

  /** Reads the metadata of each anew. What this replica has of one that cannot be read stays in use. */
  async check(): Promise<void> {
    await Promise.all(this.providers.all.map(({ strategy }) => strategy.check()));
  }

  /** Names of those that could not be read when they were needed last. */
  get unwell(): string[] {
    const unwell = this.providers.all.filter(({ strategy }) => strategy.state.problem !== null);
    return unwell.map(({ config }) => config.name);
  }

  private report(
    { config, strategy }: IdentityProvider,
    { signIns, refusals }: Record<'signIns' | 'refusals', ReadonlyMap<string, AuditEventRow>>,
  ): ProviderReport {
    const { clientSecret: _secret, ...shown } = config;
    const refusal = last(refusals, config);
    const reason = refusal?.detail['reason'];
    return {
      ...shown,
      redirectUri: this.address.at(`/sign-in/${config.id}/callback`),
      discovery: strategy.state,
      lastSignInAt: last(signIns, config)?.at ?? null,
      lastRefusal: refusal ? { at: refusal.at, reason: typeof reason === 'string' ? reason : '' } : null,
    };
  }
}

/** The later of those by its issuer, as sign-ins name it, and by its id, as those that got nowhere do. */
function last(events: ReadonlyMap<string, AuditEventRow>, { issuer, id }: OidcProviderConfig) {
  const found = [issuer, id].flatMap((method) => events.get(method) ?? []);
  return found.toSorted((one, other) => Number(other.sequence) - Number(one.sequence)).at(0);
}
