import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { AccessRules } from '../../policy/access-rules.js';
import { AdminRoute } from '../admin-route.js';
import { Needs } from '../needed.js';
import { ruleBody, RuleListBody } from './rule.body.js';

/** Who may use what. */
@AdminRoute('rules')
export class RulesApiController {
  constructor(private readonly rules: AccessRules) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'Every rule' })
  @ApiOkResponse({ type: RuleListBody })
  async listRules(): Promise<RuleListBody> {
    return { items: (await this.rules.all()).map(ruleBody) };
  }
}
