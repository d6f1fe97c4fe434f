import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, ValidateNested } from 'class-validator';
import type { AccessRules } from '../../policy/access-rules.js';
import { LONGEST_NAME, MOST_ENTRIES, MOST_SERVERS, type RuleDraft } from '../../policy/rule-draft.js';
import { endOf, EndText } from '../end-text.js';
import { OrNull, StorableText, StorableTexts } from '../storable-text.js';
import { MayBeMissing } from '../may-be-missing.js';
import { PageOf } from '../page-of.js';

type Rule = Awaited<ReturnType<AccessRules['all']>>[number];

/** How much of what a rule may be sent: characters of a text, and how many of a list. */
export const RULE_LIMITS = {
  name: LONGEST_NAME,
  servers: MOST_SERVERS,
  entries: MOST_ENTRIES,
  /** A group, a kind of applications, or a scope. */
  entry: 1_000,
  identifier: 2_000,
};
const { name: LONGEST, entries, entry, identifier } = RULE_LIMITS;

@ApiSchema({ name: 'Rule' })
export class RuleBody {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null for one that is fixed.' })
  id: string | null;

  @ApiProperty()
  name: string;

  @ApiProperty({ description: 'Identifier of the MCP server.' })
  resource: string;

  @ApiProperty({ type: [String], nullable: true, description: 'Null for everybody.' })
  groups: string[] | null;

  @ApiProperty({ type: [String], nullable: true, description: 'Null for all.' })
  scopes: string[] | null;

  @ApiProperty({ type: [String], nullable: true, description: 'Kinds of applications; null for any.' })
  clients: string[] | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null for no end.' })
  until: string | null;
}

@ApiSchema({ name: 'RulePage' })
export class RulePageBody extends PageOf(RuleBody) {}

@ApiSchema({ name: 'RuleList' })
export class RuleListBody {
  @ApiProperty({ type: [RuleBody] })
  items: RuleBody[];
}

/** What a new rule and a changed one say both. */
class RuleWordsBody {
  @ApiProperty({ maxLength: LONGEST })
  @StorableText(LONGEST)
  name: string;

  @ApiProperty({ type: [String], nullable: true, description: 'Null for everybody.' })
  @OrNull()
  @StorableTexts(entries, entry)
  groups: string[] | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description:
      'Kinds of applications, such as `https://claude.ai/` and `loopback:Claude Code`; null for any.',
  })
  @OrNull()
  @StorableTexts(entries, entry)
  clients: string[] | null;

  @EndText()
  until: string | null;

  @ApiPropertyOptional({
    type: [String],
    description: 'Groups that nobody is in who has signed in so far, and that are meant all the same.',
  })
  @MayBeMissing()
  @StorableTexts(entries, entry)
  unseenGroupsMeant?: string[];
}

@ApiSchema({ name: 'RuleServer' })
export class RuleServerBody {
  @ApiProperty({ description: 'Identifier of the MCP server.' })
  @StorableText(identifier)
  resource: string;

  @ApiProperty({ type: [String], nullable: true, description: 'Null for all.' })
  @OrNull()
  @StorableTexts(entries, entry)
  scopes: string[] | null;
}

@ApiSchema({ name: 'NewRule' })
export class NewRuleBody extends RuleWordsBody {
  @ApiProperty({ type: [RuleServerBody], description: 'A rule is made for each.' })
  @IsArray({ message: '$property must be a list of MCP servers' })
  @ValidateNested({ each: true, message: 'must be an MCP server and its scopes' })
  @Type(() => RuleServerBody)
  servers: RuleServerBody[];
}

@ApiSchema({ name: 'ChangedRule' })
export class ChangedRuleBody extends IntersectionType(RuleWordsBody, RuleServerBody) {}

export function ruleBody({ id, name, resource, groups, scopes, clients, until }: Rule): RuleBody {
  return { id: id ?? null, name, resource, groups, scopes, clients, until: until?.toISOString() ?? null };
}

/** What a body means. */
export function draftOf({
  name,
  groups,
  clients,
  until,
  ...where
}: Omit<NewRuleBody, 'unseenGroupsMeant'> | Omit<ChangedRuleBody, 'unseenGroupsMeant'>): RuleDraft {
  const servers = 'servers' in where ? where.servers : [where];
  return { name, groups, clients, until: endOf(until), servers };
}
