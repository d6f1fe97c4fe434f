import {
  Body,
  Delete,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { McpResources } from 'nestjs-mcp-auth';
import { AccessRules } from '../../policy/access-rules.js';
import { RULE_CURSOR, rulePage } from '../../policy/rule-list.js';
import { Author } from '../../web/author.js';
import { RowIdPipe } from '../../web/row-id.js';
import { AdminRoute } from '../admin-route.js';
import { entityTag, expectation } from '../entity-tag.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { PageQuery } from '../page-query.js';
import { ChangesWhatWasSeen, Conflicts, Tagged } from '../tagged.js';
import {
  ChangedRuleBody,
  draftOf,
  NewRuleBody,
  RuleBody,
  ruleBody,
  RuleListBody,
  RulePageBody,
} from './rule.body.js';

/** Who may use what. */
@AdminRoute('rules')
export class RulesApiController {
  constructor(
    private readonly rules: AccessRules,
    private readonly resources: McpResources,
  ) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'The rules, by server and name, forty a page' })
  @ApiOkResponse({ type: RulePageBody })
  async listRules(@Query() { cursor }: PageQuery): Promise<RulePageBody> {
    const place = cursorPlace(cursor, RULE_CURSOR);
    const { page } = rulePage(await this.rules.all(), {}, place, this.resources.all());
    return { items: page.rows.map(ruleBody), next: page.next };
  }

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @Needs('admin:policy')
  @ApiOperation({ summary: 'Adds a rule for each of the MCP servers; one that is there already stays' })
  @ApiCreatedResponse({ type: RuleListBody })
  @Conflicts('`unseenGroups` are groups that nobody is in: name them in `unseenGroupsMeant`, or mend them.')
  async addRules(@Author() author: Author, @Body() body: NewRuleBody): Promise<RuleListBody> {
    const added = await this.rules.add(draftOf(body), author, body.unseenGroupsMeant);
    return { items: added.map(ruleBody) };
  }

  @Get(':id')
  @Needs('admin:read')
  @ApiOperation({ summary: 'One rule' })
  @Tagged(RuleBody)
  async getRule(
    @Param('id', RowIdPipe) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RuleBody> {
    return tagged(ruleBody(await this.rules.find(id)), response);
  }

  @Put(':id')
  @Needs('admin:policy')
  @ApiOperation({ summary: 'Puts other words in the place of a rule: what it gives no more ends at once' })
  @Tagged(RuleBody)
  @ChangesWhatWasSeen()
  async changeRule(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() body: ChangedRuleBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RuleBody> {
    const expected = expectation(ifMatch, ruleBody);
    const changed = await this.rules.change(id, expected, draftOf(body), author, body.unseenGroupsMeant);
    return tagged(ruleBody(changed), response);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('admin:policy')
  @ApiOperation({ summary: 'Removes a rule: what it alone gives ends at once; one that is gone stays gone' })
  @ApiNoContentResponse()
  @ChangesWhatWasSeen()
  async removeRule(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.rules.remove(id, expectation(ifMatch, ruleBody), author);
  }
}

function tagged(rule: RuleBody, response: Response): RuleBody {
  response.set('ETag', entityTag(rule));
  return rule;
}
