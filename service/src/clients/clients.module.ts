import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../people/people.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { ClientAdministration } from './client-administration.js';
import { ClientController } from './client.controller.js';
import { ClientsController } from './clients.controller.js';
import { ConnectionAdministration } from './connection-administration.js';
import { ConnectionsController } from './connections.controller.js';

/** The applications that act for people or for themselves, and what people have connected with them. */
@Module({
  imports: [AuditModule, PeopleModule, PolicyModule],
  controllers: [ClientsController, ClientController, ConnectionsController],
  providers: [ClientAdministration, ConnectionAdministration],
  exports: [ClientAdministration, ConnectionAdministration],
})
export class ClientsModule {}
