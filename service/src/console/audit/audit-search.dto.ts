import { Expose } from 'class-transformer';
import { IsIn, IsISO8601, IsOptional, Matches } from 'class-validator';
import { AUDIT_ACTIONS } from 'nestjs-mcp-auth';
import { TIME_OF_FORM } from '../../config/utc-time.js';
import { AUDIT_FORMATS, type AuditFormat } from '../../audit/audit-format.js';
import { OptionalText } from '../../web/form-fields.js';
import { type Period, PERIODS } from '../../people/audit-questions.js';
import type { ListFilters } from '../../web/list-address.js';
import { SERVICE_ACTIONS } from '../../audit/service-event.js';

/** Everything that an event may be about. */
export const ACTIONS: readonly string[] = [...AUDIT_ACTIONS, ...SERVICE_ACTIONS].toSorted();
export const OUTCOMES = ['success', 'refused'] as const;

/** What the audit's page is asked for. */
export class AuditSearchDto {
  @Expose()
  @IsOptional()
  @IsIn(ACTIONS, { message: 'There is no such action.' })
  action?: string;

  @Expose()
  @IsOptional()
  @IsIn(OUTCOMES, { message: 'There is no such outcome.' })
  outcome?: (typeof OUTCOMES)[number];

  @Expose()
  @OptionalText('The person', { max: 254 })
  person?: string;

  @Expose()
  @OptionalText('The application', { max: 2_000 })
  clientId?: string;

  @Expose()
  @OptionalText('The request', { max: 128 })
  requestId?: string;

  @Expose()
  @IsOptional()
  @Matches(TIME_OF_FORM, { message: 'Since must be a time such as 2026-11-30T08:00:00Z' })
  @IsISO8601({ strict: true }, { message: 'Since must be a time such as 2026-11-30T08:00:00Z' })
  since?: string;

  @Expose()
  @IsOptional()
  @Matches(TIME_OF_FORM, { message: 'Until must be a time such as 2026-11-30T08:00:00Z' })
  @IsISO8601({ strict: true }, { message: 'Until must be a time such as 2026-11-30T08:00:00Z' })
  until?: string;

  @Expose()
  @IsOptional()
  @IsIn(PERIODS, { message: 'There is no such period.' })
  last?: Period;
}

/** The same, as a file. */
export class AuditExportDto extends AuditSearchDto {
  @Expose()
  @IsOptional()
  @IsIn(AUDIT_FORMATS, { message: 'There is no such format.' })
  format?: AuditFormat;
}

/** The same in the address of the page, and of the file. */
export function addressOf(search: AuditSearchDto): ListFilters {
  const { action, outcome, person, clientId, requestId, last, since, until } = search;
  return { last, action, outcome, person, clientId, requestId, since, until };
}
