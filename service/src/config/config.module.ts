import { type DynamicModule, Module, type ValueProvider } from '@nestjs/common';
import { Clock } from 'nestjs-mcp-auth';
import { ApprovalWebhookConfig } from './approval-webhook-config.js';
import { AuditConfig } from './audit-config.js';
import { ExampleConfig } from './example-config.js';
import { MetricsConfig } from './metrics-config.js';
import { PolicyConfig } from './policy-config.js';
import { PublicAddress } from './public-address.js';
import { RateLimitConfig } from './rate-limit-config.js';
import type { ServiceConfig } from './service-config.js';
import { ServiceClock } from './service-clock.js';
import { ServerCheckConfig } from './server-check-config.js';
import { SettingsInForce } from './settings-in-force.js';
import { SignInConfig } from './sign-in-config.js';

/** What every feature may ask for: its own settings, by their class, and the time. */
@Module({})
export class ConfigModule {
  static forConfig(config: ServiceConfig, settings: SettingsInForce, clock: ServiceClock): DynamicModule {
    const providers: ValueProvider[] = [
      { provide: ApprovalWebhookConfig, useValue: config.approvalWebhook },
      { provide: AuditConfig, useValue: config.audit },
      { provide: ExampleConfig, useValue: config.example },
      { provide: MetricsConfig, useValue: config.metrics },
      { provide: PolicyConfig, useValue: config.policy },
      { provide: PublicAddress, useValue: config.address },
      { provide: RateLimitConfig, useValue: config.rateLimit },
      { provide: ServerCheckConfig, useValue: config.serverCheck },
      { provide: SettingsInForce, useValue: settings },
      { provide: SignInConfig, useValue: config.signIn },
      { provide: Clock, useValue: clock },
      { provide: ServiceClock, useValue: clock },
    ];
    const exports = providers.map(({ provide }) => provide);
    return { module: ConfigModule, global: true, providers, exports };
  }
}
