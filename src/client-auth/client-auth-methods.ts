import type { Clock } from '../host/clock.js';
import type { ClientAuthMethod } from './client-auth-method.js';
import { ClientSecretBasic } from './client-secret-basic.client-auth-method.js';
import { ClientSecretPost } from './client-secret-post.client-auth-method.js';
import { NoClientAuthentication } from './none.client-auth-method.js';

export const CLIENT_AUTH_METHODS: readonly (new (clock: Clock) => ClientAuthMethod)[] = [
  NoClientAuthentication,
  ClientSecretBasic,
  ClientSecretPost,
];
