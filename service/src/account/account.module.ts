import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { AccountController } from './account.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { PasswordController } from './password.controller.js';

/** What people see and do about themselves. */
@Module({
  imports: [AuditModule, PeopleModule, PolicyModule, SignInModule],
  controllers: [AccountController, PasswordController, ConnectionsController],
})
export class AccountModule {}
