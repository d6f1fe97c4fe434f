import type { DeviceRequest } from './device.js';
import type { ResponseMode } from './response-mode.js';

/** An authorization request (RFC 6749 §4.1.1) after its client, redirect URI and parameters were checked. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  state?: string;
  /** Undefined for the query. */
  responseMode?: ResponseMode;
  /** Identifier of the one resource (RFC 8707 §2). */
  resource: string;
  /** Known scopes only. */
  scopes: string[];
  /** RFC 7636 §4.3; the method is always S256. */
  codeChallenge: string;
  /** OpenID Connect Core §3.1.2.1. */
  prompts: PromptValue[];
  /** Seconds since the last sign-in that are still good enough. */
  maxAge?: number;
  loginHint?: string;
  /** OpenID Connect Core §3.1.2.1: goes into the id_token as it came. */
  nonce?: string;
  /** `dpop_jkt`, RFC 9449 §10: the key that the code will be for. */
  keyThumbprint?: string;
  /** The device that it is for (RFC 8628); `redirectUri` is `DEVICE_GRANT_TYPE` then. */
  device?: DeviceRequest;
}

/** The parameters that make an authorization request: all that is kept of one that is pushed. */
export const AUTHORIZATION_PARAMETERS = [
  'client_id',
  'response_type',
  'response_mode',
  'redirect_uri',
  'state',
  'resource',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
  'login_hint',
  'nonce',
  'dpop_jkt',
] as const;

export const PROMPT_VALUES = ['none', 'login', 'consent', 'select_account'] as const;
export type PromptValue = (typeof PROMPT_VALUES)[number];
