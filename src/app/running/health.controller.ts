import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION } from '../../index.js';

/** Milliseconds the database has to answer. */
const PATIENCE = 1_000;

@Controller('health')
export class HealthController {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  /** The process answers. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** It can also do its work. */
  @Get('ready')
  async ready(@Res() response: Response): Promise<void> {
    const isReady = await Promise.race([
      this.dataSource.query('SELECT 1').then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE, false).unref()),
    ]);
    response
      .status(isReady ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
      .set('Cache-Control', 'no-store')
      .json({ status: isReady ? 'ok' : 'unavailable', database: isReady ? 'up' : 'down' });
  }
}
