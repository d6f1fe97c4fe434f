import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import { HealthController } from './health.controller.js';
import { RequestsInFlight } from './requests-in-flight.js';

/** What operators need: whether the service is well, and how much it does. */
@Module({})
export class RunningModule {
  static forConfig(config: ServiceConfig, requests: RequestsInFlight): DynamicModule {
    return {
      module: RunningModule,
      global: true,
      // A probe that fails is answered; it needs no line in the log each time.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [
        { provide: SERVICE_CONFIG, useValue: config },
        { provide: RequestsInFlight, useValue: requests },
      ],
      exports: [RequestsInFlight],
    };
  }
}
