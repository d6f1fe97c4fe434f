import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION, McpRevocations } from '../../index.js';

/** Milliseconds the database has to answer. */
const PATIENCE = 1_000;

@Controller('health')
export class HealthController {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly revocations: McpRevocations,
  ) {}

  /** The process answers. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** It can also do its work. */
  @Get('ready')
  async ready(@Res() response: Response): Promise<void> {
    const database = await Promise.race([
      this.dataSource.query('SELECT 1').then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE, false).unref()),
    ]);
    const revocations = this.revocations.isCurrent();
    const isReady = database && revocations;
    response
      .status(isReady ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
      .set('Cache-Control', 'no-store')
      .json({
        status: isReady ? 'ok' : 'unavailable',
        database: database ? 'up' : 'down',
        revocations: revocations ? 'current' : 'stale',
      });
  }
}
