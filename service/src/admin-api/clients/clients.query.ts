import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { CLIENT_KINDS, type ClientKind } from 'nestjs-mcp-auth/service-kit';
import { CLIENT_ORDERS, type ClientOrder, LONGEST_OVERLAP } from '../../clients/client-administration.js';
import { StorableName, StorableText, StorableTexts } from '../storable-text.js';
import { MayBeMissing } from '../may-be-missing.js';
import { WholeNumber } from '../whole-number.js';

const STATES = ['allowed', 'blocked'] as const;
const SORTINGS = CLIENT_ORDERS.flatMap((order) => [order, `-${order}`] as const);

const OVERLAP = `whole seconds, at most ${LONGEST_OVERLAP}`;

export class ServiceAccountsQuery {
  @ApiPropertyOptional({ maxLength: 200, description: 'A part of the name, of the id or of a redirect URI.' })
  @MayBeMissing()
  @StorableText(200)
  search?: string;

  @ApiPropertyOptional({ enum: STATES })
  @MayBeMissing()
  @IsIn(STATES, { message: `$property must be one of ${STATES.join(', ')}` })
  state?: (typeof STATES)[number];

  @ApiPropertyOptional({ enum: SORTINGS, default: 'name', description: 'With a dash, the other way round.' })
  @MayBeMissing()
  @IsIn(SORTINGS, { message: `$property must be one of ${SORTINGS.join(', ')}` })
  sort?: ClientOrder | `-${ClientOrder}`;

  @ApiPropertyOptional({ description: '`next` of the page before, in the same order.' })
  @MayBeMissing()
  @StorableText(4_000)
  cursor?: string;
}

export class ClientsQuery extends ServiceAccountsQuery {
  @ApiPropertyOptional({ enum: CLIENT_KINDS, enumName: 'ClientKind' })
  @MayBeMissing()
  @IsIn(CLIENT_KINDS, { message: `$property must be one of ${CLIENT_KINDS.join(', ')}` })
  kind?: ClientKind;
}

@ApiSchema({ name: 'NewClient' })
export class NewClientBody {
  @ApiProperty({ minLength: 1, maxLength: 100, description: 'People read it when they are asked.' })
  @StorableName(100, 1)
  name: string;

  @ApiProperty({ type: [String], minItems: 1, maxItems: 20, description: 'Where browsers are sent back to.' })
  @StorableTexts(20, 2_000)
  redirectUris: string[];

  @ApiProperty({ description: 'Whether it runs on a server, and can keep a secret.' })
  @IsBoolean({ message: '$property must be true or false' })
  confidential: boolean;
}

@ApiSchema({ name: 'ServiceAccountChange' })
export class ServiceAccountChangeBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 100, description: 'None without it.' })
  @MayBeMissing()
  @StorableName(100, 1)
  name?: string;

  @ApiProperty({
    type: [String],
    maxItems: 100,
    description: 'Identifiers of the only MCP servers it gets tokens for.',
  })
  @StorableTexts(100, 2_000)
  resources: string[];

  @ApiProperty({ type: [String], maxItems: 200, description: 'The most that its tokens ever allow.' })
  @StorableTexts(200, 200)
  scopes: string[];
}

@ApiSchema({ name: 'NewServiceAccount' })
export class NewServiceAccountBody extends ServiceAccountChangeBody {
  @ApiProperty({
    minLength: 1,
    maxLength: 100,
    description: 'Its `client_id`: letters, digits, dots, dashes and underscores. It stays.',
  })
  @StorableText(100, 1)
  clientId: string;
}

@ApiSchema({ name: 'SecretRotation' })
export class SecretRotationBody {
  @WholeNumber(
    { from: 0, to: LONGEST_OVERLAP },
    { is: OVERLAP, description: 'Seconds for which the old secret goes on working; 0 where it leaked.' },
  )
  overlap: number;
}
