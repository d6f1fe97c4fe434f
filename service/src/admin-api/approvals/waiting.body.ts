import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { ApprovalRequest } from '../../policy/entities/approval-request.entity.js';
import type { WaitingClient } from '../../policy/approvals.js';
import type { WaitingKind } from '../../policy/request-store.js';
import type { SeenClient } from '../../policy/seen-clients.js';
import { PageOf } from '../page-of.js';

@ApiSchema({ name: 'WaitingKind' })
export class WaitingKindBody {
  @ApiProperty({ description: 'Of the newest request, as an example.' })
  id: string;

  @ApiProperty({ description: 'Such as `loopback:Claude Code`; the `client_id` of one that is of no kind.' })
  kind: string;

  @ApiProperty({ type: String, nullable: true, description: 'As it calls itself, which proves nothing.' })
  name: string | null;

  @ApiProperty({ description: 'How many of the kind.' })
  clients: number;

  @ApiProperty({ description: 'How many wait.' })
  people: number;

  @ApiProperty({ format: 'date-time', description: 'Of the newest request.' })
  requestedAt: string;
}

@ApiSchema({ name: 'WaitingKindPage' })
export class WaitingKindPageBody extends PageOf(WaitingKindBody) {}

@ApiSchema({ name: 'WaitingRequest' })
class WaitingRequestBody {
  @ApiProperty()
  clientId: string;

  @ApiProperty({ description: 'Subject of whoever waits.' })
  person: string;

  @ApiProperty({ description: 'Identifier of the MCP server.' })
  resource: string;

  @ApiProperty({ format: 'date-time' })
  requestedAt: string;
}

/** What an administrator decides about: what the ETag stands for. */
@ApiSchema({ name: 'SeenApplication' })
export class SeenApplicationBody {
  @ApiProperty()
  clientId: string;

  @ApiProperty({ type: String, nullable: true, description: 'As it calls itself, which proves nothing.' })
  name: string | null;

  @ApiProperty({ description: 'Where it comes from: `document` is one that a domain publishes.' })
  source: string;

  @ApiProperty()
  disabled: boolean;

  @ApiProperty({ type: [String], description: 'Where it sends people back to.' })
  redirectHosts: string[];

  @ApiProperty({ type: [String], description: 'The kinds that it is of: each can be approved as a whole.' })
  kinds: string[];
}

@ApiSchema({ name: 'WaitingApplication' })
export class WaitingApplicationBody {
  @ApiProperty()
  id: string;

  @ApiProperty()
  kind: string;

  @ApiProperty({
    type: SeenApplicationBody,
    nullable: true,
    description: 'As it is now; null while nothing can be learned of it.',
  })
  application: SeenApplicationBody | null;

  @ApiProperty({
    type: [WaitingRequestBody],
    description: 'Of the same kind, the newest first, 200 at most.',
  })
  requests: WaitingRequestBody[];
}

export function waitingKindBody({
  kind,
  newest,
  clients,
  people,
  requestedAt,
}: WaitingKind): WaitingKindBody {
  return {
    id: newest.id,
    kind,
    name: newest.clientName,
    clients,
    people,
    requestedAt: requestedAt.toISOString(),
  };
}

export function seenApplicationBody({ client, redirectHosts, kinds }: SeenClient): SeenApplicationBody {
  const { clientId, name, source, disabled } = client;
  return { clientId, name, source, disabled, redirectHosts: [...redirectHosts], kinds: [...kinds] };
}

export function waitingApplicationBody({ request, seen, others }: WaitingClient): WaitingApplicationBody {
  return {
    id: request.id,
    kind: request.kind,
    application: seen && seenApplicationBody(seen),
    requests: others.map(requestBody),
  };
}

function requestBody({ clientId, userId, resource, requestedAt }: ApprovalRequest): WaitingRequestBody {
  return { clientId, person: userId, resource, requestedAt: requestedAt.toISOString() };
}
