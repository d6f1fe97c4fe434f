import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, Matches } from 'class-validator';
import { ACTIONS, OUTCOMES, TIME } from '../../console/audit/audit-search.dto.js';
import { StorableText } from '../storable-text.js';

const NOT_A_TIME = { message: '$property must be a time such as 2026-11-30T08:00:00Z' };

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

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before.' })
  @IsOptional()
  @Matches(TIME, NOT_A_TIME)
  @IsISO8601({ strict: true }, NOT_A_TIME)
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before.' })
  @IsOptional()
  @Matches(TIME, NOT_A_TIME)
  @IsISO8601({ strict: true }, NOT_A_TIME)
  until?: string;

  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @StorableText(4_000)
  cursor?: string;
}
