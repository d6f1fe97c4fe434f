import { Expose, Transform } from 'class-transformer';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { HiddenNumber, HiddenText, HiddenTime, OptionalText } from '../web/form-fields.js';

/** Days. */
export const UNUSED_FOR = [30, 90, 180] as const;

/** What the list of connections is asked for, and which of them end. */
export class ConnectionSearchDto {
  @Expose()
  @IsOptional()
  @IsUUID(undefined, { message: 'There is no such connection.' })
  grant?: string;

  @Expose()
  @OptionalText('The person', { max: 254 })
  person?: string;

  @Expose()
  @OptionalText('The application', { max: 2_000 })
  client?: string;

  @Expose()
  @OptionalText('The server', { max: 2_000 })
  server?: string;

  @Expose()
  @OptionalText('The scope', { max: 200 })
  scope?: string;

  @Expose()
  @IsOptional()
  @Transform(({ value }) => (value === undefined ? undefined : Number(value)))
  @IsIn(UNUSED_FOR, { message: 'There is no such time without use.' })
  unused?: (typeof UNUSED_FOR)[number];
}

/** Which connections end: those that a filter finds, or all of them, which takes the word. */
export class EndingConnectionsDto extends ConnectionSearchDto {
  @Expose()
  @IsOptional()
  @IsIn(['yes'], { message: 'To end all connections, say all=yes.' })
  all?: 'yes';
}

export class EndConnectionsDto extends EndingConnectionsDto {
  @Expose()
  @HiddenText({ max: 100 })
  csrf: string;

  /** When whoever decides looked. */
  @Expose()
  @HiddenTime()
  at: string;

  /** How many there were then. */
  @Expose()
  @HiddenNumber()
  grants: number;
}
