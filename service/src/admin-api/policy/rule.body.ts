import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { AccessRules } from '../../policy/access-rules.js';

type Rule = Awaited<ReturnType<AccessRules['all']>>[number];

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

@ApiSchema({ name: 'RuleList' })
export class RuleListBody {
  @ApiProperty({ type: [RuleBody] })
  items: RuleBody[];
}

export function ruleBody({ id, name, resource, groups, scopes, clients, until }: Rule): RuleBody {
  return { id: id ?? null, name, resource, groups, scopes, clients, until: until?.toISOString() ?? null };
}
