import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { AUTH_TIME, HOSTED_DOMAIN, type OidcProviderConfig } from '../../config/oidc-provider.js';
import type { ProviderReport } from '../../sign-in/providers/provider-reports.js';

const TIME = { type: String, format: 'date-time', nullable: true } as const;

@ApiSchema({ name: 'Discovery' })
class DiscoveryBody {
  @ApiProperty({ ...TIME, description: 'When the replica that answers has read its metadata.' })
  readAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it could not be read last; null where it was.',
  })
  problem: string | null;
}

@ApiSchema({ name: 'IdentityProvider' })
export class ProviderBody {
  @ApiProperty()
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  issuer: string;

  @ApiProperty()
  clientId: string;

  @ApiProperty({ format: 'uri' })
  redirectUri: string;

  @ApiProperty({ type: [String] })
  domains: string[];

  @ApiProperty({ enum: HOSTED_DOMAIN })
  hostedDomain: OidcProviderConfig['hostedDomain'];

  @ApiProperty({ enum: AUTH_TIME })
  authTime: OidcProviderConfig['authTime'];

  @ApiProperty()
  groupsClaim: string;

  @ApiProperty({ type: DiscoveryBody })
  discovery: DiscoveryBody;

  @ApiProperty(TIME)
  lastSignInAt: string | null;

  @ApiProperty(TIME)
  lastRefusedAt: string | null;

  @ApiProperty({ type: String, nullable: true })
  lastRefusal: string | null;
}

@ApiSchema({ name: 'IdentityProviderList' })
export class ProviderListBody {
  @ApiProperty({ type: [ProviderBody] })
  items: ProviderBody[];
}

export function providerBody(report: ProviderReport): ProviderBody {
  const { id, name, issuer, clientId, redirectUri, hostedDomain, authTime, groupsClaim } = report;
  const { discovery, lastSignInAt, lastRefusal } = report;
  return {
    id,
    name,
    issuer,
    clientId,
    redirectUri,
    domains: [...report.domains],
    hostedDomain,
    authTime,
    groupsClaim,
    discovery: { readAt: time(discovery.readAt), problem: discovery.problem },
    lastSignInAt: time(lastSignInAt),
    lastRefusedAt: time(lastRefusal?.at),
    lastRefusal: lastRefusal?.reason ?? null,
  };
}

function time(at: Date | undefined | null): string | null {
  return at?.toISOString() ?? null;
}
