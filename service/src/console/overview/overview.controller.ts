import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { GrantCatalog } from 'nestjs-mcp-auth/service-kit';
import { COUNT_LIMIT } from '../../web/counted.js';
import { Frames } from '../../web/frame.js';
import { InNavigation } from '../../web/navigation.js';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { Roles } from '../../web/roles.js';
import { AttentionReader } from './attention.js';
import { DailyCounts } from './daily-counts.js';
import { overviewPage } from './pages/overview.page.js';

/** Where administrators and auditors begin: what happens, what waits, and what is wrong. */
@Controller('admin')
@InNavigation({ text: 'Overview', place: 5 })
@Roles('auditor', 'administrator')
export class OverviewController {
  constructor(
    private readonly attention: AttentionReader,
    private readonly grants: GrantCatalog,
    private readonly counts: DailyCounts,
    private readonly frames: Frames,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const [attention, live, counts] = await Promise.all([
      this.attention.read(),
      this.grants.count({}, COUNT_LIMIT),
      this.counts.last(),
    ]);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(overviewPage({ frame, attention, live, counts }));
  }
}
