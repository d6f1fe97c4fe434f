import { Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { AuditReader } from '../../audit/audit-reader.js';
import { AuditQuestions } from '../../people/audit-questions.js';
import { AdminRoute } from '../admin-route.js';
import { cursorKey, cursorOf } from '../keyset.js';
import { Needs } from '../needed.js';
import { auditEventBody, AuditPageBody } from './audit-event.body.js';
import { AuditQuery } from './audit.query.js';

const isSequence = (key: string) => /^\d{1,18}$/.test(key);

/** The record of every decision. */
@AdminRoute('audit')
export class AuditApiController {
  constructor(
    private readonly reader: AuditReader,
    private readonly questions: AuditQuestions,
  ) {}

  @Get()
  @Needs('admin:audit')
  @ApiOperation({ summary: 'What happened, the newest first, fifty a page' })
  @ApiOkResponse({ type: AuditPageBody })
  async searchAudit(@Query() { cursor, ...question }: AuditQuery): Promise<AuditPageBody> {
    const before = cursorKey(cursor, isSequence);
    const search = await this.questions.understand(question);
    const { events, next } = await this.reader.page(search, before);
    return { items: events.map(auditEventBody), next: cursorOf(next) };
  }
}
