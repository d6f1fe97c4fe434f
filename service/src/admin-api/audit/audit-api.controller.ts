import { Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { AUDIT_CURSOR, AuditReader } from '../../audit/audit-reader.js';
import { AuditQuestions } from '../../people/audit-questions.js';
import { AdminRoute } from '../admin-route.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { auditEventBody, AuditPageBody } from './audit-event.body.js';
import { AuditQuery } from './audit.query.js';

/** The record of every decision. */
@AdminRoute('audit')
export class AuditApiController {
  constructor(
    private readonly reader: AuditReader,
    private readonly questions: AuditQuestions,
  ) {}

  @Get()
  @Needs('admin:audit')
  @ApiOperation({ summary: 'What happened, the newest first, a page at a time' })
  @ApiOkResponse({ type: AuditPageBody })
  async searchAudit(@Query() { cursor, ...question }: AuditQuery): Promise<AuditPageBody> {
    const place = cursorPlace(cursor, AUDIT_CURSOR);
    const search = await this.questions.understand(question);
    const { rows, next } = await this.reader.page(search, place);
    return { items: rows.map(auditEventBody), next };
  }
}
