import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull } from 'typeorm';
import { MCP_AUTH_CONNECTION, McpResources } from 'nestjs-mcp-auth';
import { ClientApproval } from '../../policy/entities/client-approval.entity.js';
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
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
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
      this.dataSource.getRepository(ClientApproval).countBy({ approvedAt: IsNull() }),
    ]);
    const disabled = this.resources.all().filter(({ enabled }) => !enabled).length;
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(overviewPage({ frame, counts, parts, waiting, disabled }));
  }
}
