import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { ServerChanges } from './server-changes.js';
import { ServerCheck } from './server-check.js';
import { ServerController } from './server.controller.js';
import { ServersController } from './servers.controller.js';

/** The MCP servers that this service guards. */
@Module({
  imports: [AuditModule, PeopleModule, PolicyModule],
  controllers: [ServersController, ServerController],
  providers: [ServerChanges, ServerCheck],
  exports: [ServerChanges, ServerCheck],
})
export class ServersModule {}
