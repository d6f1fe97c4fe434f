import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Connection } from 'nestjs-mcp-auth';

@ApiSchema({ name: 'Connection' })
export class ConnectionBody {
  @ApiProperty({ format: 'uuid', description: 'Of any of its grants.' })
  grantId: string;

  @ApiProperty()
  clientId: string;

  @ApiProperty({ type: String, nullable: true, description: 'As it calls itself, which proves nothing.' })
  clientName: string | null;

  @ApiProperty({ description: 'Identifier of the MCP server.' })
  resource: string;

  @ApiProperty({ type: [String] })
  scopes: string[];

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  lastUsedAt: string;
}

@ApiSchema({ name: 'ConnectionList' })
export class ConnectionListBody {
  @ApiProperty({ type: [ConnectionBody] })
  items: ConnectionBody[];
}

export function connectionBody(connection: Omit<Connection, 'redirectUri'>) {
  const { grantId, clientId, clientName, resource, scopes, createdAt, lastUsedAt } = connection;
  return {
    grantId,
    clientId,
    clientName,
    resource,
    scopes,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
  } satisfies ConnectionBody;
}
