import { Controller, Get, HttpStatus, Logger, Query, Req, Res } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { AuditExport } from './audit-export.js';
import { AuditReader } from './audit-reader.js';
import { AuditTrail } from './audit-trail.js';
import { auditPage } from './pages/audit.page.js';
import { Csrf } from '../web/csrf.js';
import { formProblem } from '../web/form-problem.js';
import { Administration } from '../web/administration.js';
import { AuditExportDto, AuditSearchDto } from './audit-search.dto.js';
import { readForm } from '../web/read-form.js';

/** The audit, for administrators and auditors. */
@Controller('admin/audit')
export class AuditController {
  private readonly logger = new Logger(AuditController.name);

  constructor(
    private readonly administration: Administration,
    private readonly reader: AuditReader,
    private readonly exporter: AuditExport,
    private readonly trail: AuditTrail,
    private readonly csrf: Csrf,
  ) {}

  @Get()
  async show(@Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { role } = await this.administration.viewer(request);
    const csrf = this.csrf.token(request, response);
    const search = plainToInstance(AuditSearchDto, filled(query), { excludeExtraneousValues: true });
    const problem = await formProblem(search);
    const page = problem === null ? await this.reader.page(search) : null;
    response
      .status(page ? HttpStatus.OK : HttpStatus.BAD_REQUEST)
      .set(PAGE_HEADERS)
      .send(auditPage({ csrf, role, search, page, problem }));
  }

  /** All of it, or a period, as JSON Lines. */
  @Get('export')
  async export(@Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { id: userId } = await this.administration.viewer(request);
    const { since, until } = await readForm(AuditExportDto, filled(query));
    this.trail.record({ action: 'audit.export', outcome: 'success', userId, detail: { since, until } });
    response.set({
      'Content-Type': 'application/jsonl; charset=utf-8',
      'Content-Disposition': 'attachment; filename="audit.jsonl"',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    const period = { since: since ? new Date(since) : undefined, until: until ? new Date(until) : undefined };
    // Whoever closes the download in the middle of it ends it, and nothing is wrong.
    await pipeline(Readable.from(this.exporter.lines(period)), response).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE')
        this.logger.error('The audit was not exported to its end.', error);
    });
  }
}

/** A form that is sent by GET has all of its fields, also those that nobody filled in. */
function filled(query: object): object {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}
