import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { DryRunAnswer, ServerAnswers } from '../../policy/dry-run.js';
import { StorableText } from '../storable-text.js';
import { MayBeMissing } from '../may-be-missing.js';

const OUTCOMES = ['allowed', 'denied', 'pending', 'impossible'] as const;

/** Characters. */
export const LONGEST_EMAIL = 254;
export const LONGEST_URL = 2_000;

export class PersonAccessQuery {
  @ApiProperty({ description: 'Email of the person.' })
  @StorableText(LONGEST_EMAIL)
  email: string;

  @ApiPropertyOptional({ description: 'Identifier of one MCP server; every one without it.' })
  @MayBeMissing()
  @StorableText(LONGEST_URL)
  server?: string;

  @ApiPropertyOptional({
    description:
      'Its `client_id`, or where it sends people back to; one that no rule and no list names without it.',
  })
  @MayBeMissing()
  @StorableText(LONGEST_URL)
  client?: string;
}

export class ClientAccessQuery {
  @ApiProperty({ description: 'Its `client_id`, or where it sends people back to.' })
  @StorableText(LONGEST_URL)
  client: string;
}

@ApiSchema({ name: 'AccessAnswer' })
class AccessAnswerBody {
  @ApiProperty({
    enum: OUTCOMES,
    description:
      '`pending` waits for an approval; `impossible` has nothing to do with rules, and `reason` says why.',
  })
  outcome: (typeof OUTCOMES)[number];

  @ApiProperty({ type: [String] })
  scopes: string[];

  @ApiProperty({ description: 'The rules that say so, by their names; or why not.' })
  reason: string;

  @ApiProperty({ type: [String], description: 'The clients that it concerns; none where none is known.' })
  clients: string[];
}

@ApiSchema({ name: 'ServerAccess' })
export class ServerAccessBody {
  @ApiProperty({ description: 'Identifier of the MCP server.' })
  resource: string;

  @ApiProperty({ type: [AccessAnswerBody], description: 'Several where clients differ.' })
  answers: AccessAnswerBody[];
}

@ApiSchema({ name: 'ServerAccessList' })
export class ServerAccessListBody {
  @ApiProperty({ type: [ServerAccessBody] })
  items: ServerAccessBody[];
}

@ApiSchema({ name: 'ClientAccess' })
class ClientAccessBody {
  @ApiProperty({ description: 'Identifier of the MCP server.' })
  resource: string;

  @ApiProperty({
    type: [String],
    description: 'Names of the rules that are for the application and in force.',
  })
  rules: string[];
}

@ApiSchema({ name: 'ClientAccessList' })
export class ClientAccessListBody {
  @ApiProperty({ type: [ClientAccessBody] })
  items: ClientAccessBody[];
}

export function serverAccessBody(resource: string, answers: readonly DryRunAnswer[]): ServerAccessBody {
  return { resource, answers: answers.map(answerBody) };
}

export function everyAccessBody(answers: readonly ServerAnswers[]): ServerAccessBody[] {
  return answers.map(({ server, answers: each }) => serverAccessBody(server.identifier, each));
}

function answerBody({ clients, outcome }: DryRunAnswer): AccessAnswerBody {
  const who = { clients: [...clients] };
  if (typeof outcome === 'string') return { outcome: 'impossible', scopes: [], reason: outcome, ...who };
  const scopes = outcome.outcome === 'allowed' ? [...outcome.scopes] : [];
  return { outcome: outcome.outcome, scopes, reason: outcome.reason, ...who };
}
