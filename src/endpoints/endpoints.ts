import type { Type } from '@nestjs/common';
import { AuthorizationServerMetadataController } from './authorization-server-metadata.controller.js';
import { AuthorizeController } from './authorize.controller.js';
import { InteractionController } from './interaction.controller.js';
import { JwksController } from './jwks.controller.js';
import { ProtectedResourceMetadataController } from './protected-resource-metadata.controller.js';
import { RegistrationController } from './registration.controller.js';
import { TokenController } from './token.controller.js';

/** One controller per HTTP endpoint. */
export const ENDPOINTS: readonly Type[] = [
  AuthorizeController,
  InteractionController,
  TokenController,
  RegistrationController,
  JwksController,
  AuthorizationServerMetadataController,
  ProtectedResourceMetadataController,
];
