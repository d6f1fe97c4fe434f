import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Resource } from 'nestjs-mcp-auth';
import { AuditModule } from '../audit/audit.module.js';
import { ClientsModule } from '../clients/clients.module.js';
import { ADMIN_API_PATH, ADMIN_MCP_PATH } from '../config/admin-servers.js';
import type { PublicAddress } from '../config/public-address.js';
import { PeopleModule } from '../people/people.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { ServersModule } from '../servers/servers.module.js';
import { AccessApiController } from './access/access-api.controller.js';
import { KeysApiController } from './keys/keys-api.controller.js';
import { ServersApiController } from './servers/servers-api.controller.js';
import { ApiDescription } from './api-description.js';
import { DecisionsApiController } from './approvals/decisions-api.controller.js';
import { WaitingApiController } from './approvals/waiting-api.controller.js';
import { AuditApiController } from './audit/audit-api.controller.js';
import { ClientChangesApiController } from './clients/client-changes-api.controller.js';
import { ClientsApiController } from './clients/clients-api.controller.js';
import { ServiceAccountsApiController } from './clients/service-accounts-api.controller.js';
import { ConnectionsApiController } from './connections/connections-api.controller.js';
import { InvitationsApiController } from './invitations/invitations-api.controller.js';
import { AdminMcpController } from './mcp/admin-mcp.controller.js';
import { ToolServices } from './mcp/tool-services.js';
import { OpenApiController } from './openapi.controller.js';
import { OtherMethodsController } from './other-methods.controller.js';
import { PeopleApiController } from './people/people-api.controller.js';
import { PersonChangesApiController } from './people/person-changes-api.controller.js';
import { PolicyModule } from '../policy/policy.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { ProvidersApiController } from './providers/providers-api.controller.js';
import { SettingsModule } from '../settings/settings.module.js';
import { SettingsApiController } from './settings/settings-api.controller.js';
import { SignOutsApiController } from './settings/sign-outs-api.controller.js';
import { RulesApiController } from './policy/rules-api.controller.js';

const REST = [
  PeopleApiController,
  PersonChangesApiController,
  InvitationsApiController,
  RulesApiController,
  WaitingApiController,
  AccessApiController,
  ServersApiController,
  KeysApiController,
  DecisionsApiController,
  ProvidersApiController,
  SettingsApiController,
  SignOutsApiController,
  AuditApiController,
  ClientsApiController,
  ClientChangesApiController,
  ServiceAccountsApiController,
  ConnectionsApiController,
];

/** The console for programs: the same services as its pages, by access tokens alone. */
@Module({})
export class AdminApiModule {
  static at(address: PublicAddress): DynamicModule {
    return {
      module: AdminApiModule,
      imports: [
        AuditModule,
        ClientsModule,
        KeysModule,
        PeopleModule,
        PolicyModule,
        ServersModule,
        SettingsModule,
        SignInModule,
      ],
      controllers: [
        OpenApiController,
        ...REST.map((controller) => belongingTo(address.at(ADMIN_API_PATH), controller)),
        belongingTo(address.at(ADMIN_MCP_PATH), AdminMcpController),
        // After all others: it answers what they do not.
        OtherMethodsController,
      ],
      providers: [ApiDescription, ToolServices],
      exports: [ApiDescription],
    };
  }
}

/** A controller of the protected resource whose identifier only the configuration knows. */
function belongingTo<Controller extends Type>(identifier: string, controller: Controller): Controller {
  const own = class extends (controller as Type) {};
  Object.defineProperty(own, 'name', { value: controller.name });
  Resource(identifier)(own);
  return own as Controller;
}
