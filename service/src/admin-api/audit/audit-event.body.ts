import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { AuditEventRow } from '../../audit/entities/audit-event.entity.js';
import { OUTCOMES } from '../../console/audit/audit-search.dto.js';
import { PageOf } from '../page-of.js';

@ApiSchema({ name: 'AuditEvent' })
export class AuditEventBody {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty()
  action: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome: (typeof OUTCOMES)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Who acted.' })
  userId: string | null;

  @ApiProperty({ type: String, nullable: true })
  clientId: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Identifier of the MCP server.' })
  resource: string | null;

  @ApiProperty({ type: String, nullable: true })
  address: string | null;

  @ApiProperty({ type: String, nullable: true })
  requestId: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  detail: Record<string, unknown>;
}

@ApiSchema({ name: 'AuditPage' })
export class AuditPageBody extends PageOf(AuditEventBody) {}

export function auditEventBody(row: AuditEventRow): AuditEventBody {
  const { id, at, action, outcome, userId, clientId, resource, address, requestId, detail } = row;
  return {
    id,
    at: at.toISOString(),
    action,
    outcome,
    userId,
    clientId,
    resource,
    address,
    requestId,
    detail,
  };
}
