import { Controller, Get, HttpStatus, Res, ServiceUnavailableException } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION, McpHealth } from 'nestjs-mcp-auth';
import { Anyone } from '../web/roles.js';
import { HealthSignals } from './health-signals.js';
import { RequestsInFlight } from './requests-in-flight.js';

/** Milliseconds the database has to answer. */
const PATIENCE = 1_000;

@Controller('health')
@Anyone()
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly health: McpHealth,
    private readonly requests: RequestsInFlight,
    private readonly signals: HealthSignals,
  ) {}

  /** The process answers, and does what it has to do in the background. When not, only a new one helps. */
  @Get('live')
  live(@Res() response: Response): void {
    const stuck = this.health.stuckLoops();
    this.answer(
      response,
      stuck.length === 0,
      stuck.length === 0 ? { status: 'ok' } : { status: 'stuck', stuck },
    );
  }

  /** It can also do its work, and is not about to end. */
  @Get('ready')
  async ready(@Res() response: Response): Promise<void> {
    const { details } = await this.check();
    const isUp = Object.values(details).every(({ status }) => status === 'up');
    const isReady = isUp && !this.requests.isEnding;
    this.answer(response, isReady, {
      status: this.status(isReady),
      // Why something is down is for the log alone.
      ...Object.fromEntries(Object.entries(details).map(([name, { status }]) => [name, status])),
      ...Object.fromEntries([...this.signals.read()].map(([name, isWell]) => [name, isWell ? 'up' : 'down'])),
    });
  }

  private answer(response: Response, isWell: boolean, body: object): void {
    response
      .status(isWell ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
      .set('Cache-Control', 'no-store')
      .json(body);
  }

  private status(isReady: boolean): string {
    if (!isReady) return this.requests.isEnding ? 'ending' : 'unavailable';
    return [...this.signals.read().values()].every(Boolean) ? 'ok' : 'degraded';
  }

  private async check(): Promise<HealthCheckResult> {
    const readiness = Object.entries(await this.health.readiness());
    const needed = [...this.signals.needed];
    try {
      return await this.checks.check([
        () => this.attempt('database', async () => this.dataSource.query('SELECT 1')),
        ...readiness.map(
          ([name, isUp]) =>
            () =>
              this.indicator(name, isUp as boolean),
        ),
        ...needed.map(
          ([name, ask]) =>
            () =>
              this.attempt(name, ask),
        ),
      ]);
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }

  /** Down when it says false, ends with an error, or takes too long. */
  private attempt(name: string, ask: () => Promise<unknown>) {
    const answers = async () => {
      if ((await ask()) === false) throw new Error(`There is no ${name}.`);
    };
    return this.indicators.check(name).attempt(answers).withTimeout(PATIENCE);
  }

  private indicator(name: string, isUp: boolean) {
    const indicator = this.indicators.check(name);
    return isUp ? indicator.up() : indicator.down();
  }
}
