import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  type PublishedKey,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKeyInUse,
} from 'nestjs-mcp-auth';

const STATES = ['next', 'signing', 'leaving'] as const;

@ApiSchema({ name: 'NewKey' })
export class NewKeyBody {
  @ApiProperty({ description: '`kid` in the JWKS.' })
  kid: string;

  @ApiProperty({ enum: SIGNING_ALGORITHMS })
  alg: SigningAlgorithm;

  @ApiProperty({ format: 'date-time', description: 'From when on it signs.' })
  activatesAt: string;
}

@ApiSchema({ name: 'Key' })
export class KeyBody extends NewKeyBody {
  @ApiProperty({ enum: STATES, description: '`next` waits, `signing` signs, `leaving` signs no more.' })
  state: (typeof STATES)[number];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it is published no more; null as long as it has no successor.',
  })
  expiresAt: string | null;
}

@ApiSchema({ name: 'KeyList' })
export class KeyListBody {
  @ApiProperty({ type: [KeyBody] })
  items: KeyBody[];
}

export function newKeyBody({ kid, alg, activatesAt }: PublishedKey): NewKeyBody {
  return { kid, alg, activatesAt: activatesAt.toISOString() };
}

export function keyBody(key: SigningKeyInUse): KeyBody {
  const { kid, alg, activatesAt, state, expiresAt } = key;
  return {
    kid,
    alg,
    activatesAt: activatesAt.toISOString(),
    state,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

/** What is decided about when a key is replaced: which there are. Their states change with time, which is nobody's change. */
export function keysState(keys: readonly SigningKeyInUse[]): { kids: string[] } {
  return { kids: keys.map(({ kid }) => kid) };
}
