import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ACTIONS, OUTCOMES } from '../../console/audit/audit-search.dto.js';
import { type Period, PERIODS } from '../../people/audit-questions.js';
import { StorableText } from '../storable-text.js';
import { TimeText } from '../time-text.js';
import { MayBeMissing } from '../may-be-missing.js';

export class AuditQuery {
  @ApiPropertyOptional({ description: 'Such as `account.role`.' })
  @MayBeMissing()
  @IsIn(ACTIONS, { message: '$property must be an action of the audit' })
  action?: string;

  @ApiPropertyOptional({ enum: OUTCOMES })
  @MayBeMissing()
  @IsIn(OUTCOMES, { message: `$property must be one of ${OUTCOMES.join(', ')}` })
  outcome?: (typeof OUTCOMES)[number];

  @ApiPropertyOptional({ description: 'Email, id or subject of who acted, or of whom it was done to.' })
  @MayBeMissing()
  @StorableText(254)
  person?: string;

  @ApiPropertyOptional()
  @MayBeMissing()
  @StorableText(2_000)
  clientId?: string;

  @ApiPropertyOptional()
  @MayBeMissing()
  @StorableText(128)
  requestId?: string;

  @ApiPropertyOptional({ enum: PERIODS, description: 'Until now; the later one counts of this and `since`.' })
  @MayBeMissing()
  @IsIn(PERIODS, { message: `$property must be one of ${PERIODS.join(', ')}` })
  last?: Period;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before.' })
  @MayBeMissing()
  @TimeText()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before.' })
  @MayBeMissing()
  @TimeText()
  until?: string;

  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @MayBeMissing()
  @StorableText(4_000)
  cursor?: string;
}
