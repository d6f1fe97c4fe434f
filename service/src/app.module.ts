import { type DynamicModule, Module } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { Clock } from 'nestjs-mcp-auth';
import { AccountModule } from './account/account.module.js';
import { AdminApiModule } from './admin-api/admin-api.module.js';
import { AuditModule } from './audit/audit.module.js';
import { ClientsModule } from './clients/clients.module.js';
import { ConfigModule } from './config/config.module.js';
import { ServiceClock } from './config/service-clock.js';
import type { ServiceConfig } from './config/service-config.js';
import type { SettingsInForce } from './config/settings-in-force.js';
import { ConsoleModule } from './console/console.module.js';
import { ExampleModule } from './example/example.module.js';
import { libraryModule } from './library-module.js';
import { type Instruments, OperationsModule } from './operations/operations.module.js';
import { KeysModule } from './keys/keys.module.js';
import { PeopleModule } from './people/people.module.js';
import { PolicyModule } from './policy/policy.module.js';
import { ServersModule } from './servers/servers.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { WebModule } from './web/web.module.js';

/** What has pages, all of them below the issuer. */
const FEATURES = [
  AuditModule,
  PeopleModule,
  PolicyModule,
  ClientsModule,
  KeysModule,
  ServersModule,
  SettingsModule,
  SignInModule,
  AccountModule,
  ConsoleModule,
];

/** The company's auth service: the library's first customer. */
@Module({})
export class AppModule {
  static forConfig(
    config: ServiceConfig,
    settings: SettingsInForce,
    instruments: Instruments,
    clock = new Clock(),
  ): DynamicModule {
    const features = [...FEATURES, ...(config.example.enabled ? [ExampleModule] : [])];
    const { address } = config;
    return {
      module: AppModule,
      imports: [
        ConfigModule.forConfig(config, settings, new ServiceClock(clock)),
        libraryModule(config, clock),
        WebModule,
        // Its guard comes first: what is one request too many asks the database nothing.
        OperationsModule.forConfig(config.metrics, instruments),
        ...features,
        AdminApiModule.at(address),
        // Probes and scrapers ask this very process: what they ask for stays at the root.
        RouterModule.register(
          [...features, AdminApiModule].map((module) => ({ path: address.basePath || '/', module })),
        ),
      ],
    };
  }
}
