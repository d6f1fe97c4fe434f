import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import type { MetricsConfig } from '../config/metrics-config.js';
import { RateLimitConfig } from '../config/rate-limit-config.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsPage } from './metrics-page.js';
import { MetricsServer } from './metrics-server.js';
import { ServiceMetrics } from './service-metrics.js';
import { LimitStore } from './limit-store.js';
import { PageThrottler } from './page-throttler.js';
import { ServiceRateLimiter } from './service-rate-limiter.js';
import { HealthSignals } from './health-signals.js';
import { HealthController } from './health.controller.js';
import { RequestsInFlight } from './requests-in-flight.js';

/** What looks at every request, from before the application is built. */
export interface Instruments {
  requests: RequestsInFlight;
  metrics: ServiceMetrics;
}

/** What operators need: whether the service is well, how much it does, and that nobody asks too much of it. */
@Module({})
export class OperationsModule {
  static forConfig({ token, port }: MetricsConfig, { requests, metrics }: Instruments): DynamicModule {
    const shown: Provider[] = token === null && port === null ? [] : [MetricsPage];
    return {
      module: OperationsModule,
      global: true,
      imports: [
        // A probe that fails is answered; it needs no line in the log each time.
        TerminusModule.forRoot({ logger: false }),
      ],
      controllers: [HealthController, ...(token !== null && port === null ? [MetricsController] : [])],
      providers: [
        { provide: RequestsInFlight, useValue: requests },
        { provide: ServiceMetrics, useValue: metrics },
        {
          provide: LimitStore,
          inject: [RateLimitConfig, getDataSourceToken(MCP_AUTH_CONNECTION)],
          useFactory: (config: RateLimitConfig, dataSource: DataSource) =>
            LimitStore.open(config, dataSource),
        },
        HealthSignals,
        ServiceRateLimiter,
        PageThrottler,
        { provide: APP_GUARD, useExisting: PageThrottler },
        ...shown,
        ...(port === null ? [] : [MetricsServer]),
      ],
      exports: [HealthSignals, RequestsInFlight, ServiceMetrics, LimitStore, PageThrottler],
    };
  }
}
