import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  type CatalogClient,
  type CatalogRow,
  CLIENT_KINDS,
  type ClientHoldings,
  type ClientKind,
  MOST_GRANTS_COUNTED,
} from 'nestjs-mcp-auth/service-kit';
import type { ClientList } from '../../clients/client-administration.js';
import { COUNT_LIMIT } from '../../web/counted.js';
import { kindOf, redirectHosts, verifiedDomain } from '../../clients/client-provenance.js';
import { CountedPageOf } from '../page-of.js';

/** What administrators and the client itself change: what the ETag stands for. */
@ApiSchema({ name: 'ClientState' })
export class ClientState {
  @ApiProperty({ type: String, nullable: true, description: 'As it calls itself, which proves nothing.' })
  name: string | null;

  @ApiProperty({ description: 'Whether it is blocked for everybody.' })
  blocked: boolean;

  @ApiProperty({ type: [String] })
  redirectUris: string[];

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'The most that a service account may; null of any other.',
  })
  scopes: string[] | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Identifiers of the MCP servers of a service account; null of any other.',
  })
  resources: string[] | null;

  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

@ApiSchema({ name: 'Client' })
export class ClientBody extends ClientState {
  @ApiProperty({ format: 'uuid', description: 'In the paths of this API.' })
  id: string;

  @ApiProperty({ description: '`client_id`.' })
  clientId: string;

  @ApiProperty({ enum: CLIENT_KINDS, enumName: 'ClientKind', description: 'Where it is from.' })
  kind: ClientKind;

  @ApiProperty({ description: 'Whether it stands in the configuration, and is changed there.' })
  configured: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The domain that publishes its metadata, and vouches for it.',
  })
  verifiedDomain: string | null;

  @ApiProperty({ type: [String], description: 'Where people are sent back to, each host once.' })
  redirectHosts: string[];

  @ApiProperty({ description: 'How it proves itself at the token endpoint (RFC 7591 §2).' })
  tokenEndpointAuthMethod: string;

  @ApiProperty()
  hasSecret: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: `People who have it connected; null where it has more than ${MOST_GRANTS_COUNTED} connections.`,
  })
  people: number | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'To the day; null for never.',
  })
  lastUsedAt: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  blockedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the person, or `client_id` of the service account.',
  })
  blockedBy: string | null;
}

@ApiSchema({ name: 'ClientDetail' })
export class ClientDetailBody extends ClientBody {
  @ApiProperty({
    type: 'integer',
    description: `Connections that end when it is blocked or deleted; ${MOST_GRANTS_COUNTED + 1} stands for more than ${MOST_GRANTS_COUNTED}.`,
  })
  connections: number;

  @ApiProperty({ type: [String], description: 'What people have given it.' })
  grantedScopes: string[];
}

@ApiSchema({ name: 'ClientPage' })
export class ClientPageBody extends CountedPageOf(ClientBody, COUNT_LIMIT) {}

@ApiSchema({ name: 'ClientCredentials' })
export class ClientCredentialsBody {
  @ApiProperty({ format: 'uuid', description: 'In the paths of this API.' })
  id: string;

  @ApiProperty({ description: '`client_id`.' })
  clientId: string;

  @ApiProperty({ type: String, nullable: true, description: 'Shown this once; null for a public client.' })
  clientSecret: string | null;
}

@ApiSchema({ name: 'ClientSecret' })
export class ClientSecretBody {
  @ApiProperty({ description: 'Shown this once.' })
  clientSecret: string;
}

/** Use does not change it: nobody's change is refused for it. */
export function clientState(client: CatalogClient) {
  const { name, disabled, redirectUris, scopeCeiling, resourceCeiling, updatedAt } = client;
  return {
    name,
    blocked: disabled,
    redirectUris,
    scopes: scopeCeiling,
    resources: resourceCeiling,
    updatedAt: updatedAt.toISOString(),
  } satisfies ClientState;
}

export function clientBody(client: CatalogClient & Pick<CatalogRow, 'people'>) {
  const { id, clientId, source, tokenEndpointAuthMethod, hasSecret, people, blockedBy } = client;
  return {
    id,
    clientId,
    ...clientState(client),
    kind: kindOf(client),
    configured: source === 'static',
    verifiedDomain: verifiedDomain(client),
    redirectHosts: redirectHosts(client.redirectUris),
    tokenEndpointAuthMethod,
    hasSecret,
    people,
    lastUsedAt: client.lastUsedAt?.toISOString() ?? null,
    createdAt: client.createdAt.toISOString(),
    blockedAt: client.blockedAt?.toISOString() ?? null,
    blockedBy,
  } satisfies ClientBody;
}

export function clientDetailBody(
  client: CatalogClient,
  { grants, people, scopes }: ClientHoldings,
): ClientDetailBody {
  return { ...clientBody({ ...client, people }), connections: grants, grantedScopes: scopes };
}

export function clientPageBody({ rows, next, count }: ClientList): ClientPageBody {
  return { items: rows.map(clientBody), next, count };
}
