import { createHash } from 'node:crypto';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, ValidateBy } from 'class-validator';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from 'nestjs-mcp-auth';
import type { Server } from '../../servers/server-changes.js';
import {
  LONGEST_LIFETIME,
  LONGEST_SERVER_NAME,
  MOST_SCOPES,
  type ServerDraft,
  SHORTEST_LIFETIME,
} from '../../servers/server-draft.js';
import type { Finding } from '../../servers/server-findings.js';
import { PageOf } from '../page-of.js';
import { StorableText, StorableTexts } from '../storable-text.js';
import { MayBeMissing } from '../may-be-missing.js';
import { WholeNumberOrDefault } from '../whole-number.js';

/** How much of a server may be sent: characters. */
export const SERVER_LIMITS = { identifier: 2_000, name: LONGEST_SERVER_NAME, scope: 200 };

const isMap = (is: (value: unknown) => boolean) => (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(is);
const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

const WORDS = { message: '$property must be an object of scopes, each with its words' };
const Words = () =>
  applyDecorators(
    ValidateBy({ name: 'words', validator: { validate: isMap(isText) } }, WORDS),
    ApiProperty({
      type: 'object',
      additionalProperties: { type: 'string' },
      description:
        'Scopes, each with the words that people read. None: whoever may use it may use all of it.',
      example: { 'files:read': 'Read your files' },
    }),
  );

const IMPLIED = {
  message: '$property must be an object of scopes, each with a list of those that it includes',
};
const Implied = () =>
  applyDecorators(
    MayBeMissing(),
    ValidateBy({ name: 'implied', validator: { validate: isMap(isTexts) } }, IMPLIED),
    ApiPropertyOptional({
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
      description: 'Broader scopes, each with those that it includes. Default: none does.',
      example: { 'files:write': ['files:read'] },
    }),
  );

@ApiSchema({ name: 'ChangedServer' })
export class ChangedServerBody {
  @ApiProperty({ maxLength: SERVER_LIMITS.name, description: 'What people read.' })
  @StorableText(SERVER_LIMITS.name)
  name: string;

  @Words()
  scopes: Record<string, string>;

  @ApiPropertyOptional({ type: [String], description: 'Scopes asked for first. Default: all of them.' })
  @MayBeMissing()
  @StorableTexts(MOST_SCOPES, SERVER_LIMITS.scope)
  challengeScopes?: string[];

  @Implied()
  scopeHierarchy?: Record<string, string[]>;

  @WholeNumberOrDefault(
    { from: SHORTEST_LIFETIME, to: LONGEST_LIFETIME },
    {
      is: `a whole number of seconds from ${SHORTEST_LIFETIME} to ${LONGEST_LIFETIME}`,
      description: 'Seconds that its tokens live. Default, and for null: as long as the service says.',
    },
  )
  accessTokenExpiresIn?: number | null;

  @ApiPropertyOptional({
    enum: SIGNING_ALGORITHMS,
    nullable: true,
    description: 'Signs its tokens. Default, and for null: what the service signs with.',
  })
  @IsOptional()
  @IsIn(SIGNING_ALGORITHMS, { message: `$property must be one of ${SIGNING_ALGORITHMS.join(', ')}` })
  signingAlgorithm?: SigningAlgorithm | null;
}

@ApiSchema({ name: 'NewServer' })
export class NewServerBody extends ChangedServerBody {
  @ApiProperty({
    description: 'The URL that people give their client. It stays as it is.',
    example: 'https://files.example.com/mcp',
  })
  @StorableText(SERVER_LIMITS.identifier)
  identifier: string;
}

@ApiSchema({ name: 'Server' })
export class ServerBody {
  @ApiProperty({ description: 'Of this API. It follows from the identifier.' })
  id: string;

  @ApiProperty({ description: 'Its URL.' })
  identifier: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  scopes: Record<string, string>;

  @ApiProperty({ type: [String] })
  challengeScopes: string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
  })
  scopeHierarchy: Record<string, string[]>;

  @ApiProperty({ type: Number, nullable: true })
  accessTokenExpiresIn: number | null;

  @ApiProperty({ enum: SIGNING_ALGORITHMS, nullable: true })
  signingAlgorithm: SigningAlgorithm | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'Seconds since a person last signed in, at most, when they let an application use it; null for any time. The configuration alone sets it.',
  })
  maxAge: number | null;

  @ApiProperty({ description: 'Of one that is disabled, every token is refused.' })
  enabled: boolean;

  @ApiProperty({ description: 'Whether the configuration sets it: then it is changed there.' })
  configured: boolean;
}

@ApiSchema({ name: 'ServerPage' })
export class ServerPageBody extends PageOf(ServerBody) {}

@ApiSchema({ name: 'Finding' })
class FindingBody {
  @ApiProperty({ description: 'Whether it is as it should be.' })
  right: boolean;

  @ApiProperty()
  sentence: string;
}

@ApiSchema({ name: 'ServerCheck' })
export class ServerCheckBody {
  @ApiProperty({ type: [FindingBody], description: 'In the order in which a client sees it.' })
  findings: FindingBody[];
}

@ApiSchema({ name: 'CredentialsRenewal' })
export class CredentialsRenewalBody {
  @ApiPropertyOptional({ default: false, description: 'The secret before has leaked: it ends at once.' })
  @MayBeMissing()
  @IsBoolean({ message: '$property must be true or false' })
  leaked?: boolean;
}

@ApiSchema({ name: 'ServerCredentials' })
export class ServerCredentialsBody {
  @ApiProperty()
  clientId: string;

  @ApiProperty({ description: 'Shown this once.' })
  clientSecret: string;
}

/** What stands for a server in an address: an identifier is a URL, and proxies would take it apart. */
export function serverId({ identifier }: Pick<Server, 'identifier'>): string {
  return createHash('sha256').update(identifier).digest('base64url').slice(0, 22);
}

export function serverBody(server: Server): ServerBody {
  const { identifier, name, scopes, challengeScopes, scopeHierarchy, enabled } = server;
  const { accessTokenExpiresIn, signingAlgorithm, maxAge, isConfigured: configured } = server;
  return {
    id: serverId(server),
    identifier,
    name,
    scopes: { ...scopes },
    challengeScopes: [...challengeScopes],
    scopeHierarchy: Object.fromEntries(
      Object.entries(scopeHierarchy).map(([scope, implied]) => [scope, [...implied]]),
    ),
    accessTokenExpiresIn,
    signingAlgorithm,
    maxAge,
    enabled,
    configured,
  };
}

/** What a body means. */
export function draftOf(identifier: string, body: ChangedServerBody): ServerDraft {
  const { name, scopes, challengeScopes, scopeHierarchy, accessTokenExpiresIn, signingAlgorithm } = body;
  return {
    identifier,
    name: name.trim(),
    scopes,
    ...(challengeScopes && { challengeScopes }),
    ...(scopeHierarchy && { scopeHierarchy }),
    ...(typeof accessTokenExpiresIn === 'number' && { accessTokenExpiresIn }),
    ...(signingAlgorithm && { signingAlgorithm }),
  };
}

export function checkBody(findings: readonly Finding[]): ServerCheckBody {
  return { findings: findings.map(({ isRight, sentence }) => ({ right: isRight, sentence })) };
}
