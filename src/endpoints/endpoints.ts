import type { Type } from '@nestjs/common';
import type { AccountDirectory } from '../host/account-directory.js';
import type { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { AuthorizationServerMetadataController } from './authorization-server-metadata.controller.js';
import { AuthorizeController } from './authorize.controller.js';
import { DeviceAuthorizationController } from './device-authorization.controller.js';
import { DeviceController } from './device.controller.js';
import { EndSessionController } from './end-session.controller.js';
import { InteractionController } from './interaction.controller.js';
import { IntrospectionController } from './introspection.controller.js';
import { JwksController } from './jwks.controller.js';
import { ProtectedResourceMetadataController } from './protected-resource-metadata.controller.js';
import { PushedAuthorizationRequestController } from './pushed-authorization-request.controller.js';
import { RegistrationController } from './registration.controller.js';
import { RegistrationManagementController } from './registration-management.controller.js';
import { ResourceMetadataController } from './resource-metadata.controller.js';
import { RevocationController } from './revocation.controller.js';
import { StatusListController } from './status-list.controller.js';
import { UserinfoController } from './userinfo.controller.js';
import { TokenController } from './token.controller.js';

/** Endpoints that a person looks at. */
export const PAGES: readonly Type[] = [
  AuthorizeController,
  InteractionController,
  EndSessionController,
  DeviceController,
];

/** One controller per HTTP endpoint. */
export const ENDPOINTS: readonly Type[] = [
  ...PAGES,
  TokenController,
  PushedAuthorizationRequestController,
  DeviceAuthorizationController,
  RegistrationController,
  RegistrationManagementController,
  RevocationController,
  IntrospectionController,
  StatusListController,
  UserinfoController,
  JwksController,
  AuthorizationServerMetadataController,
  ProtectedResourceMetadataController,
  ResourceMetadataController,
];

/** What an endpoint is served for. */
export interface ServedBy {
  settings: Pick<McpAuthSettings, 'registration' | 'deviceAuthorization'>;
  /** The host's directory, by its class. */
  accounts: { prototype?: Pick<AccountDirectory, 'endSignIn'> } | undefined;
}

/** Those that somebody has to turn on; without that, what they would serve is the host's. */
const SERVED_IF = new Map<Type, (by: ServedBy) => boolean>([
  [RegistrationManagementController, ({ settings }) => settings.registration.management],
  [EndSessionController, ({ accounts }) => typeof accounts?.prototype?.endSignIn === 'function'],
  [DeviceAuthorizationController, ({ settings }) => settings.deviceAuthorization],
  [DeviceController, ({ settings }) => settings.deviceAuthorization],
]);

/** The endpoints that these serve. */
export function servedEndpoints(by: ServedBy): Type[] {
  return ENDPOINTS.filter((endpoint) => SERVED_IF.get(endpoint)?.(by) ?? true);
}
