import { Controller, Get, HttpStatus, Res, ServiceUnavailableException } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION, McpRevocations, McpSigningKeys } from 'nestjs-mcp-auth';
import { Anyone } from '../web/roles.js';
import { HealthSignals } from './health-signals.js';
import { RequestsInFlight } from './requests-in-flight.js';

/** Milliseconds the database has to answer. */
const PATIENCE = 1_000;

@Controller('health')
@Anyone()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly revocations: McpRevocations,
    private readonly signingKeys: McpSigningKeys,
    private readonly requests: RequestsInFlight,
    private readonly signals: HealthSignals,
  ) {}

  /** The process answers. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** It can also do its work, and is not about to end. */
  @Get('ready')
  async ready(@Res() response: Response): Promise<void> {
    const { details } = await this.check();
    const isUp = Object.values(details).every(({ status }) => status === 'up');
    const isReady = isUp && !this.requests.isEnding;
    response
      .status(isReady ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
      .set('Cache-Control', 'no-store')
      .json({
        status: this.status(isReady),
        // Why something is down is for the log alone.
        ...Object.fromEntries(Object.entries(details).map(([name, { status }]) => [name, status])),
        ...Object.fromEntries(
          [...this.signals.read()].map(([name, isWell]) => [name, isWell ? 'up' : 'down']),
        ),
      });
  }

  private status(isReady: boolean): string {
    if (!isReady) return this.requests.isEnding ? 'ending' : 'unavailable';
    return [...this.signals.read().values()].every(Boolean) ? 'ok' : 'degraded';
  }

  private async check(): Promise<HealthCheckResult> {
    try {
      return await this.health.check([
        () => this.database(),
        async () => this.indicator('signingKeys', await this.signingKeys.canSign()),
        () => this.indicator('revocations', this.revocations.isCurrent()),
      ]);
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }

  private database() {
    const answers = async () => {
      await this.dataSource.query('SELECT 1');
    };
    return this.indicators.check('database').attempt(answers).withTimeout(PATIENCE);
  }

  private indicator(name: string, isUp: boolean) {
    const indicator = this.indicators.check(name);
    return isUp ? indicator.up() : indicator.down();
  }
}
