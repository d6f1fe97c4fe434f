import { Body, Delete, Get, Headers, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { Approvals } from '../../policy/approvals.js';
import { DECISION_CURSOR } from '../../policy/decision-page.js';
import type { ClientDecision } from '../../policy/entities/client-decision.entity.js';
import { Author } from '../../web/author.js';
import { Refusal } from '../../web/refusal.js';
import { AdminRoute } from '../admin-route.js';
import { entityTag, expectation } from '../entity-tag.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { PageQuery } from '../page-query.js';
import { TAG } from '../problem-answer.js';
import { ChangesWhatWasSeen, Conflicts, Tagged } from '../tagged.js';
import {
  DecisionBody,
  decisionBody,
  decisionId,
  decisionOf,
  DecisionPageBody,
  NewDecisionBody,
} from './decision.body.js';

/** What was decided about applications. */
@AdminRoute('decisions')
export class DecisionsApiController {
  constructor(private readonly approvals: Approvals) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'What was decided about applications, the newest first, forty a page' })
  @ApiOkResponse({ type: DecisionPageBody })
  async listDecisions(@Query() { cursor }: PageQuery): Promise<DecisionPageBody> {
    const { rows, next } = await this.approvals.decisions(cursorPlace(cursor, DECISION_CURSOR));
    return { items: rows.map(decisionBody), next };
  }

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @Needs('admin:policy')
  @ApiOperation({ summary: 'Approves or refuses a kind of applications, also before anybody waits for one' })
  @ApiCreatedResponse({ type: DecisionBody, headers: { ...TAG } })
  @Conflicts('Another decision about the kind is in force: withdraw that first.')
  async decideBeforehand(
    @Author() author: Author,
    @Body() { kind, outcome = 'approved', ...more }: NewDecisionBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecisionBody> {
    const row = await this.approvals.decideBeforehand(kind, decisionOf(outcome, more), author);
    return tagged(row, response);
  }

  @Get(':id')
  @Needs('admin:read')
  @ApiOperation({ summary: 'One decision' })
  @Tagged(DecisionBody)
  async getDecision(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecisionBody> {
    return tagged(await this.find(id), response);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('admin:policy')
  @ApiOperation({
    summary:
      'Takes a decision back: what an approval alone gives ends at once, and a refusal keeps nobody out',
  })
  @ApiNoContentResponse()
  @ChangesWhatWasSeen()
  async withdrawDecision(
    @Author() author: Author,
    @Param('id') id: string,
    @Headers('If-Match') ifMatch: string | undefined,
  ): Promise<void> {
    const expected = expectation(ifMatch, decisionBody);
    await this.approvals.takeBack(await this.find(id), expected, author);
  }

  private async find(id: string): Promise<ClientDecision> {
    const found = (await this.approvals.decided()).find((decision) => decisionId(decision) === id);
    if (found) return found;
    throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such decision: it was withdrawn, or never taken.');
  }
}

function tagged(decision: ClientDecision, response: Response): DecisionBody {
  const body = decisionBody(decision);
  response.set('ETag', entityTag(body));
  return body;
}
