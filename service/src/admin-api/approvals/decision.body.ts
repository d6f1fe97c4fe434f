import { createHash } from 'node:crypto';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { Decision } from '../../policy/approvals.js';
import type { DecisionKey } from '../../policy/decision-store.js';
import type { ClientDecision } from '../../policy/entities/client-decision.entity.js';
import { endOf, EndText } from '../end-text.js';
import { OrNull, StorableText } from '../storable-text.js';
import { MayBeMissing } from '../may-be-missing.js';
import { PageOf } from '../page-of.js';

export const OUTCOMES = ['approved', 'refused'] as const;

/** Characters. */
export const LONGEST_KIND = 2_000;
export const LONGEST_PERSON = 254;

@ApiSchema({ name: 'Decision' })
export class DecisionBody {
  @ApiProperty()
  id: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome: (typeof OUTCOMES)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Null for a single application.' })
  kind: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a single application.' })
  clientId: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As the single application called itself then.' })
  clientName: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Subject of whom alone it is for; null for everybody.',
  })
  person: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null for no end.' })
  until: string | null;

  @ApiProperty({ format: 'date-time' })
  decidedAt: string;

  @ApiProperty({ description: 'Id of the person, or `client_id` of the service account.' })
  decidedBy: string;

  @ApiProperty({
    description:
      'Whether a person decided it at a page. An approval of a single application by a program does not let it administer this service.',
  })
  atPage: boolean;
}

@ApiSchema({ name: 'DecisionPage' })
export class DecisionPageBody extends PageOf(DecisionBody) {}

/** For whom, and until when. */
class ForWhomBody {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Email, id or subject of whom alone it is for; null for everybody.',
  })
  @OrNull()
  @StorableText(LONGEST_PERSON)
  person: string | null;

  @EndText()
  until: string | null;
}

@ApiSchema({ name: 'DecisionAboutWaiting' })
export class DecisionAboutWaitingBody extends ForWhomBody {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'One of the kinds of the application; null for this application alone.',
  })
  @OrNull()
  @StorableText(LONGEST_KIND)
  kind: string | null;
}

@ApiSchema({ name: 'NewDecision' })
export class NewDecisionBody extends ForWhomBody {
  @ApiPropertyOptional({ enum: OUTCOMES, default: 'approved' })
  @MayBeMissing()
  @IsIn(OUTCOMES, { message: `$property must be one of ${OUTCOMES.join(', ')}` })
  outcome?: (typeof OUTCOMES)[number];

  @ApiProperty({
    description:
      'A host that publishes applications or that they return to, such as `https://claude.ai/`; or a program by its name on people’s own computers, such as `loopback:Claude Code`.',
  })
  @StorableText(LONGEST_KIND)
  kind: string;
}

/** The same as long as there is one about the same, for the same. */
export function decisionId({ kind, isClient, userId }: DecisionKey): string {
  const key = JSON.stringify([kind, isClient, userId]);
  return createHash('sha256').update(key).digest('base64url').slice(0, 22);
}

export function decisionBody(decision: ClientDecision): DecisionBody {
  const { outcome, kind, isClient, clientName, userId, until, decidedAt, decidedBy, atPage } = decision;
  return {
    id: decisionId(decision),
    outcome,
    kind: isClient ? null : kind,
    clientId: isClient ? kind : null,
    clientName,
    person: userId || null,
    until: until?.toISOString() ?? null,
    decidedAt: decidedAt.toISOString(),
    decidedBy,
    atPage,
  };
}

/** What a body means. */
export function decisionOf(
  outcome: Decision['outcome'],
  { person, until }: Pick<DecisionAboutWaitingBody, 'person' | 'until'>,
): Decision {
  return { outcome, person, until: endOf(until) };
}
