import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ACTIONS, OUTCOMES } from '../../console/audit/audit-search.dto.js';
import { type Period, PERIODS } from '../../people/audit-questions.js';
import { StorableText } from '../storable-text.js';
import { TimeText } from '../time-text.js';

export class AuditQuery {
  @ApiPropertyOptional({ description: 'Such as `account.role`.' })
  @IsOptional()
  @IsIn(ACTIONS, { message: '$property must be an action of the audit' })
  action?: string;

  @ApiPropertyOptional({ enum: OUTCOMES })
  @IsOptional()
  @IsIn(OUTCOMES, { message: `$property must be one of ${OUTCOMES.join(', ')}` })
  outcome?: (typeof OUTCOMES)[number];

  @ApiPropertyOptional({ description: 'Email, id or subject of who acted, or of whom it was done to.' })
  @IsOptional()
  @StorableText(254)
  person?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @StorableText(2_000)
  clientId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @StorableText(128)
  requestId?: string;

  @ApiPropertyOptional({ enum: PERIODS, description: 'Until now; the later one counts of this and `since`.' })
  @IsOptional()
  @IsIn(PERIODS, { message: `$property must be one of ${PERIODS.join(', ')}` })
  last?: Period;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before.' })
  @IsOptional()
  @TimeText()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before.' })
  @IsOptional()
  @TimeText()
  until?: string;

  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @StorableText(4_000)
  cursor?: string;
}
