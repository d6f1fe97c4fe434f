import type { Type } from '@nestjs/common';
import type { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { AuthorizationServerMetadataController } from './authorization-server-metadata.controller.js';
import { AuthorizeController } from './authorize.controller.js';
import { DeviceAuthorizationController } from './device-authorization.controller.js';
import { DeviceController } from './device.controller.js';
import { InteractionController } from './interaction.controller.js';
import { IntrospectionController } from './introspection.controller.js';
import { JwksController } from './jwks.controller.js';
import { ProtectedResourceMetadataController } from './protected-resource-metadata.controller.js';
import { PushedAuthorizationRequestController } from './pushed-authorization-request.controller.js';
import { RegistrationController } from './registration.controller.js';
import { ResourceMetadataController } from './resource-metadata.controller.js';
import { RevocationController } from './revocation.controller.js';
import { StatusListController } from './status-list.controller.js';
import { UserinfoController } from './userinfo.controller.js';
import { TokenController } from './token.controller.js';

/** Endpoints that a person looks at. */
export const PAGES: readonly Type[] = [AuthorizeController, InteractionController, DeviceController];

/** One controller per HTTP endpoint. */
export const ENDPOINTS: readonly Type[] = [
  ...PAGES,
  TokenController,
  PushedAuthorizationRequestController,
  DeviceAuthorizationController,
  RegistrationController,
  RevocationController,
  IntrospectionController,
  StatusListController,
  UserinfoController,
  JwksController,
  AuthorizationServerMetadataController,
  ProtectedResourceMetadataController,
  ResourceMetadataController,
];

const OF_DEVICES: readonly Type[] = [DeviceAuthorizationController, DeviceController];

/** Those that the options ask for: a host keeps the paths of the others. */
export function servedEndpoints({ deviceAuthorization }: Pick<McpAuthSettings, 'deviceAuthorization'>) {
  return ENDPOINTS.filter((endpoint) => deviceAuthorization || !OF_DEVICES.includes(endpoint));
}
