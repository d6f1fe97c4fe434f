import { HttpStatus } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema, PartialType } from '@nestjs/swagger';
import { IsBase64, IsBoolean, IsOptional, MaxLength } from 'class-validator';
import { LARGEST_LOGO, LOGO_KB, readLogo } from '../../config/logo.js';
import {
  LONGEST_COMPANY_NAME,
  LONGEST_LINK,
  SESSION_IDLE,
  SESSION_MAX_AGE,
  SETTING_NAMES,
  type SettingName,
} from '../../config/settings.js';
import type { CountedSignOuts, SignedOut } from '../../people/sign-outs.js';
import type { SettingsState } from '../../settings/settings-changes.js';
import type { SettingsDraft } from '../../settings/settings-draft.js';
import { Problem } from '../../web/problem.js';
import { COUNT_LIMIT } from '../../web/counted.js';
import { CountedAt, CountedConnections } from '../connections/counted-connections.js';
import { StorableText } from '../storable-text.js';
import { WholeNumberOrDefault } from '../whole-number.js';

const BASE64 = Math.ceil(LARGEST_LOGO / 3) * 4;
const SECONDS = { description: 'Seconds. Null: what holds by default.' };
const fromTo = ({ from, to }: { from: number; to: number }) => `from ${from} to ${to}`;
const LINK = { type: String, nullable: true, format: 'uri', maxLength: LONGEST_LINK } as const;

/** What of them is text alike when it is read and when it is changed. */
@ApiSchema({ name: 'PlainSettings' })
class PlainSettings {
  @ApiProperty({ type: String, nullable: true, maxLength: LONGEST_COMPANY_NAME })
  @IsOptional()
  @StorableText(LONGEST_COMPANY_NAME)
  companyName: string | null;

  @ApiProperty({ type: String, nullable: true, pattern: '^#[0-9a-fA-F]{6}$' })
  @IsOptional()
  @StorableText(7)
  colour: string | null;

  @ApiProperty(LINK)
  @IsOptional()
  @StorableText(LONGEST_LINK)
  helpUrl: string | null;

  @ApiProperty(LINK)
  @IsOptional()
  @StorableText(LONGEST_LINK)
  privacyUrl: string | null;

  @ApiProperty({ ...LINK, description: 'An https URL, or mailto: and an email address.' })
  @IsOptional()
  @StorableText(LONGEST_LINK)
  contact: string | null;
}

@ApiSchema({ name: 'Settings' })
export class SettingsBody extends PlainSettings {
  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  sessionIdle: number;

  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  sessionMaxAge: number;

  @ApiProperty({ type: String, nullable: true, description: 'SHA-256 of the picture, in hex.' })
  logoHash: string | null;

  @ApiProperty({
    enum: SETTING_NAMES,
    isArray: true,
    description: 'Set by the configuration of the service.',
  })
  pinned: SettingName[];
}

/** What is left out stays; null goes back to what holds by default. */
@ApiSchema({ name: 'SettingsChange' })
export class SettingsChangeBody extends PartialType(PlainSettings) {
  @WholeNumberOrDefault(SESSION_IDLE, { is: `a number of seconds ${fromTo(SESSION_IDLE)}`, ...SECONDS })
  sessionIdle?: number | null;

  @WholeNumberOrDefault(SESSION_MAX_AGE, { is: `a number of seconds ${fromTo(SESSION_MAX_AGE)}`, ...SECONDS })
  sessionMaxAge?: number | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'byte',
    maxLength: BASE64,
    description: `A PNG, JPEG or WebP picture, ${LOGO_KB} kB at most, in base64.`,
  })
  @IsOptional()
  @MaxLength(BASE64, { message: `$property must be a picture of at most ${LOGO_KB} kB: make it smaller` })
  @IsBase64(undefined, { message: '$property must be a picture in base64' })
  logo?: string | null;
}

@ApiSchema({ name: 'SignOut' })
export class SignOutBody {
  @ApiProperty({
    description: 'Whether the connections of people end, too: their applications ask them anew.',
  })
  @IsBoolean({ message: '$property must be true or false' })
  disconnect: boolean;

  @CountedConnections(isOfConnections)
  connections: number;

  @CountedAt(isOfConnections)
  at: string;
}

function isOfConnections({ disconnect }: SignOutBody): boolean {
  return disconnect;
}

@ApiSchema({ name: 'SignOutCount' })
export class SignOutCountBody {
  @ApiProperty({ type: 'integer', description: 'Sign-in sessions that live.' })
  sessions: number;

  @ApiProperty({
    type: 'integer',
    description: `Connections of people; ${COUNT_LIMIT + 1} stands for more than ${COUNT_LIMIT}.`,
  })
  connections: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'How many people have these; null where they are not counted, since there are many.',
  })
  people: number | null;

  @ApiProperty({ format: 'date-time', description: 'When this was counted: `at` of the sign-out.' })
  at: string;
}

export function signOutCountBody({ at, ...counts }: CountedSignOuts): SignOutCountBody {
  return { ...counts, at: at.toISOString() };
}

@ApiSchema({ name: 'SignedOut' })
export class SignedOutBody implements SignedOut {
  @ApiProperty({ description: 'Sign-in sessions that have ended.' })
  sessions: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Of people; null where they live on.' })
  connections: number | null;
}

export function settingsBody({ settings, pinned }: SettingsState): SettingsBody {
  const { logo, ...values } = settings;
  return { ...values, logoHash: logo?.hash ?? null, pinned: [...pinned] };
}

/** @throws Problem for a picture that is none. */
export function draftOf({ logo, colour, ...values }: SettingsChangeBody): SettingsDraft {
  const picture = logo ? readLogo(Buffer.from(logo, 'base64')) : logo;
  if (typeof picture === 'string') throw new Problem(HttpStatus.BAD_REQUEST, picture, {});
  return { ...values, colour: colour?.toLowerCase() ?? colour, logo: picture };
}
