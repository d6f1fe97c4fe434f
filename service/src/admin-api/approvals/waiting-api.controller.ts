import { Body, Get, Headers, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { Approvals, type Decision, type WaitingClient } from '../../policy/approvals.js';
import { WAITING_CURSOR } from '../../policy/request-store.js';
import { Author } from '../../web/author.js';
import { Refusal } from '../../web/refusal.js';
import { AdminRoute } from '../admin-route.js';
import { entityTag, exactExpectation } from '../entity-tag.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { PageQuery } from '../page-query.js';
import { ChangesWhatWasSeen, Tagged } from '../tagged.js';
import { DecisionAboutWaitingBody, DecisionBody, decisionBody, decisionOf } from './decision.body.js';
import {
  seenApplicationBody,
  WaitingApplicationBody,
  waitingApplicationBody,
  waitingKindBody,
  WaitingKindPageBody,
} from './waiting.body.js';

/** Applications that somebody waits for. */
@AdminRoute('waiting')
export class WaitingApiController {
  constructor(private readonly approvals: Approvals) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'Kinds of applications that somebody waits for, the newest first, forty a page' })
  @ApiOkResponse({ type: WaitingKindPageBody })
  async listWaiting(@Query() { cursor }: PageQuery): Promise<WaitingKindPageBody> {
    const { rows, next } = await this.approvals.kinds(cursorPlace(cursor, WAITING_CURSOR));
    return { items: rows.map(waitingKindBody), next };
  }

  @Get(':id')
  @Needs('admin:read')
  @ApiOperation({ summary: 'One of them as it is now; the ETag stands for `application`' })
  @Tagged(WaitingApplicationBody)
  async getWaiting(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WaitingApplicationBody> {
    const body = waitingApplicationBody(await this.find(id));
    if (body.application) response.set('ETag', entityTag(body.application));
    return body;
  }

  @Post(':id/approve')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:policy')
  @ApiOperation({
    summary: 'Approves what you have seen, alone or by one of its kinds: who waits goes on at once',
  })
  @Tagged(DecisionBody)
  @ChangesWhatWasSeen()
  approveWaiting(
    @Author() author: Author,
    @Param('id') id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() body: DecisionAboutWaitingBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecisionBody> {
    return this.decide(author, id, ifMatch, body, 'approved', response);
  }

  @Post(':id/refuse')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:policy')
  @ApiOperation({ summary: 'Refuses what you have seen, alone or by one of its kinds; people are told so' })
  @Tagged(DecisionBody)
  @ChangesWhatWasSeen()
  refuseWaiting(
    @Author() author: Author,
    @Param('id') id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() body: DecisionAboutWaitingBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecisionBody> {
    return this.decide(author, id, ifMatch, body, 'refused', response);
  }

  private async decide(
    author: Author,
    id: string,
    ifMatch: string | undefined,
    { kind, ...more }: DecisionAboutWaitingBody,
    outcome: Decision['outcome'],
    response: Response,
  ): Promise<DecisionBody> {
    const expected = exactExpectation(ifMatch, seenApplicationBody);
    const { clientId } = (await this.find(id)).request;
    const decision = decisionOf(outcome, more);
    const body = decisionBody(await this.approvals.decide(clientId, expected, kind, decision, author));
    response.set('ETag', entityTag(body));
    return body;
  }

  private async find(id: string): Promise<WaitingClient> {
    const waiting = await this.approvals.waitingClient(id);
    if (waiting) return waiting;
    throw new Refusal(
      HttpStatus.NOT_FOUND,
      'Nobody waits for this application any more: it was decided, or is gone.',
    );
  }
}
