import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { LogoController } from './logo.controller.js';
import { SettingsChanges } from './settings-changes.js';
import { SettingsController } from './settings.controller.js';
import { SettingsStore } from './settings-store.js';
import { SignOutsController } from './sign-outs.controller.js';

/** What a company sets for its people. */
@Module({
  imports: [AuditModule, PeopleModule],
  controllers: [SettingsController, LogoController, SignOutsController],
  providers: [SettingsStore, SettingsChanges],
  exports: [SettingsChanges],
})
export class SettingsModule {}
