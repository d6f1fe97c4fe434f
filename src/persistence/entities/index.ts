import { AuthorizationServer } from './authorization-server.entity.js';
import { OAuthAccessToken } from './oauth-access-token.entity.js';
import { OAuthApplication } from './oauth-application.entity.js';
import { OAuthAuthorizationCode } from './oauth-authorization-code.entity.js';
import { OAuthConsent } from './oauth-consent.entity.js';
import { OAuthDeviceCode } from './oauth-device-code.entity.js';
import { OAuthGrant } from './oauth-grant.entity.js';
import { OAuthImport } from './oauth-import.entity.js';
import { OAuthInteractionAnswer } from './oauth-interaction-answer.entity.js';
import { OAuthInteraction } from './oauth-interaction.entity.js';
import { OAuthPushedRequest } from './oauth-pushed-request.entity.js';
import { OAuthReplay } from './oauth-replay.entity.js';
import { OAuthResource } from './oauth-resource.entity.js';
import { OAuthRevocation } from './oauth-revocation.entity.js';
import { OAuthRotatedToken } from './oauth-rotated-token.entity.js';
import { SigningKey } from './signing-key.entity.js';

export const ENTITIES = [
  AuthorizationServer,
  OAuthApplication,
  OAuthDeviceCode,
  OAuthGrant,
  OAuthAuthorizationCode,
  OAuthAccessToken,
  OAuthConsent,
  OAuthImport,
  OAuthInteraction,
  OAuthInteractionAnswer,
  OAuthPushedRequest,
  OAuthReplay,
  OAuthResource,
  OAuthRevocation,
  OAuthRotatedToken,
  SigningKey,
];
