import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpResources } from 'nestjs-mcp-auth';
import { Approvals } from '../../policy/approvals.js';
import { Frames } from '../../web/frame.js';
import { InNavigation } from '../../web/navigation.js';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { Roles } from '../../web/roles.js';
import { DailyCounts } from './daily-counts.js';
import { overviewPage } from './pages/overview.page.js';
import { ServiceHealth } from './service-health.js';

/** Where administrators and auditors begin: what happens, what waits, and what is wrong. */
@Controller('admin')
@InNavigation({ text: 'Overview', place: 5 })
@Roles('auditor', 'administrator')
export class OverviewController {
  constructor(
    private readonly approvals: Approvals,
    private readonly counts: DailyCounts,
    private readonly health: ServiceHealth,
    private readonly resources: McpResources,
    private readonly frames: Frames,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const [counts, parts, waiting] = await Promise.all([
      this.counts.last(),
      this.health.parts(),
      this.approvals.waiting(),
    ]);
    const disabled = this.resources.all().filter(({ enabled }) => !enabled).length;
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(overviewPage({ frame, counts, parts, waiting, disabled }));
  }
}
