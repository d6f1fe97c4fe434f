import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type CatalogGrant, MOST_GRANTS_COUNTED } from 'nestjs-mcp-auth/service-kit';
import { type ConnectionList, MOST_COUNTED } from '../../clients/connection-administration.js';
import { ConnectionBody, connectionBody } from '../people/connection.body.js';
import { CountedPageOf } from '../page-of.js';

@ApiSchema({ name: 'ConnectedPerson' })
class ConnectedPersonBody {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  email: string;
}

@ApiSchema({ name: 'FoundConnection' })
export class FoundConnectionBody extends ConnectionBody {
  @ApiProperty({ format: 'uuid', description: 'Of the application, in the paths of this API.' })
  applicationId: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: '`sub` of its tokens; null of a service account.',
  })
  subject: string | null;

  @ApiProperty({
    type: ConnectedPersonBody,
    nullable: true,
    description: 'Null of a service account, and of nobody known.',
  })
  person: ConnectedPersonBody | null;
}

@ApiSchema({ name: 'ConnectionPage' })
export class ConnectionPageBody extends CountedPageOf(FoundConnectionBody, MOST_COUNTED) {}

@ApiSchema({ name: 'ConnectionCount' })
export class ConnectionCountBody {
  @ApiProperty({ type: 'integer' })
  connections: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: `Whose they are; null where there are more than ${MOST_GRANTS_COUNTED} connections.`,
  })
  people: number | null;

  @ApiProperty({ format: 'date-time', description: 'When they were counted.' })
  at: string;
}

@ApiSchema({ name: 'EndedConnections' })
export class EndedConnectionsBody {
  @ApiProperty({ type: 'integer' })
  ended: number;
}

export function connectionPageBody({ rows, people, next, count }: ConnectionList): ConnectionPageBody {
  return { items: rows.map((row) => foundConnectionBody(row, people)), next, count };
}

function foundConnectionBody(grant: CatalogGrant, people: ConnectionList['people']): FoundConnectionBody {
  const { userId, clientRow } = grant;
  const user = userId === null ? undefined : people.get(userId);
  return {
    ...connectionBody(grant),
    applicationId: clientRow,
    subject: userId,
    person: user ? { id: user.id, email: user.email } : null,
  };
}
