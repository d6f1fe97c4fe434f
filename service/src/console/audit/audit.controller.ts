import { Controller, Get, HttpStatus, Logger, Param, Query, Req, Res } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { McpResources } from 'nestjs-mcp-auth';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SignInSessions } from '../../sign-in/sign-in-sessions.js';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { AuditExport } from '../../audit/audit-export.js';
import type { AuditFormat } from '../../audit/audit-format.js';
import { AUDIT_CURSOR, AuditReader } from '../../audit/audit-reader.js';
import { AuditQuestions } from '../../people/audit-questions.js';
import { normaliseEmail } from '../../people/users.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { auditEventPage } from './audit-event.page.js';
import { auditPage } from './audit.page.js';
import { TO_AUDIT } from './related.js';
import { readCursor } from '../../web/cursor.js';
import { ListAddress } from '../../web/list-address.js';
import { Refusal } from '../../web/refusal.js';
import { RowIdPipe } from '../../web/row-id.js';
import { filled } from '../../web/filled.js';
import { Frames } from '../../web/frame.js';
import { InNavigation } from '../../web/navigation.js';
import { type Role, Roles } from '../../web/roles.js';
import { Viewer } from '../../web/viewer.js';
import { formProblem } from '../../web/form-problem.js';
import { addressOf, AuditExportDto, AuditSearchDto } from './audit-search.dto.js';
import { readFilters } from '../../web/read-form.js';

const MEDIA_TYPES: Readonly<Record<AuditFormat, string>> = {
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

const READERS: readonly Role[] = ['auditor', 'administrator'];

/** The audit, for administrators and auditors. */
@Controller('admin/audit')
@InNavigation({ text: 'Audit', place: 30 })
@Roles(...READERS)
export class AuditController {
  private readonly logger = new Logger(AuditController.name);

  constructor(
    private readonly reader: AuditReader,
    private readonly exporter: AuditExport,
    private readonly trail: AuditTrail,
    private readonly questions: AuditQuestions,
    private readonly resources: McpResources,
    private readonly frames: Frames,
    private readonly sessions: SignInSessions,
  ) {}

  @Get()
  async show(
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const search = plainToInstance(AuditSearchDto, filled(query), { excludeExtraneousValues: true });
    const problem = await formProblem(search);
    const cursor = readCursor(query, AUDIT_CURSOR, TO_AUDIT.path, Object.keys(search));
    const page =
      problem === null ? await this.reader.page(await this.questions.understand(search), cursor) : null;
    const html = auditPage({
      frame: this.frames.of(request, response),
      search,
      address: new ListAddress(TO_AUDIT.path, problem === null ? addressOf(search) : {}),
      page,
      people: await this.questions.people(page?.rows ?? []),
      servers: new Map(this.resources.all().map(({ identifier, name }) => [identifier, name])),
      problem,
    });
    response.status(page ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    response.set(PAGE_HEADERS).send(html);
  }

  /** All of it, or what was searched for, as JSON Lines or CSV. */
  @Get('export')
  async export(
    @Viewer() { id: userId }: Viewer,
    @Query() query: object,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const form = await readFilters(AuditExportDto, filled(query), TO_AUDIT.path);
    const { format = 'jsonl', person: typed, ...rest } = form;
    const search = await this.questions.understand(form);
    const [target] = search.person?.ids ?? [];
    const detail = { by: 'page', format, ...rest, target };
    const email = target === undefined && typed !== undefined ? normaliseEmail(typed) : null;
    this.trail.record({ action: 'audit.export', outcome: 'success', userId, detail, email });
    response.set({
      'Content-Type': MEDIA_TYPES[format],
      'Content-Disposition': `attachment; filename="audit.${format}"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    const lines = this.exporter.lines(search, format, () => this.confirm(request));
    // Whoever closes the download in the middle of it ends it, and nothing is wrong.
    await pipeline(Readable.from(lines), response).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE')
        this.logger.error('The audit was not exported to its end.', error);
    });
  }

  /** @throws where whoever asked may not look at the audit any more. */
  private async confirm(request: Request): Promise<void> {
    const viewer = await this.sessions.viewer(request);
    if (!viewer || !READERS.includes(viewer.role))
      throw new Error('Whoever takes the audit out may not look at it any more.');
  }

  /** One event, with all that is known of it. */
  @Get(':id')
  async one(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const event = await this.reader.find(id);
    if (!event) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such event, or no more.', TO_AUDIT);
    const people = await this.questions.people([event]);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(auditEventPage({ frame, event, people }));
  }
}
