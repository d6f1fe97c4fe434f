import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import { collectDefaultMetrics } from 'prom-client';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION, McpHealth, McpRevocations } from 'nestjs-mcp-auth';
import { MetricsConfig } from '../config/metrics-config.js';
import { ServiceMetrics } from './service-metrics.js';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Shows the metrics to whoever may see them. */
@Injectable()
export class MetricsPage implements OnModuleInit {
  private readonly expected: Buffer | null;

  constructor(
    private readonly metrics: ServiceMetrics,
    private readonly revocations: McpRevocations,
    private readonly health: McpHealth,
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    { token }: MetricsConfig,
  ) {
    this.expected = token === null ? null : digest(token);
  }

  onModuleInit(): void {
    const { metrics, revocations, health } = this;
    const { master } = this.dataSource.driver as unknown as { master: Pool };
    collectDefaultMetrics({ register: metrics.registry });
    metrics.gauge(
      'revocation_view_age_seconds',
      'Seconds since this replica last heard what is revoked.',
      () => revocations.age,
    );
    metrics.gauge(
      'clock_lead_seconds',
      "Seconds by which this computer's clock is ahead of the database's.",
      () => health.clockLead,
    );
    metrics.gauge(
      'stuck_loops',
      'Background loops that have ended no round for a minute.',
      () => health.stuckLoops().length,
    );
    metrics.gauge(
      'database_connections_in_use',
      'Connections of the pool that are busy.',
      () => master.totalCount - master.idleCount,
    );
    metrics.gauge(
      'database_connections_waited_for',
      'Statements that wait for a connection.',
      () => master.waitingCount,
    );
  }

  async answer({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    if (!this.mayRead(headers.authorization)) {
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
      return;
    }
    const text = await this.metrics.registry.metrics();
    response.writeHead(200, { 'Content-Type': this.metrics.registry.contentType }).end(text);
  }

  private mayRead(authorization: string | undefined): boolean {
    if (this.expected === null) return true;
    const presented = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(presented), this.expected);
  }
}
