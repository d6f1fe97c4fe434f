import type { Type } from '@nestjs/common';
import { Registry } from '../oauth/registry.js';
import type { ClientAuthMethod } from './client-auth-method.js';
import { ClientSecretBasic } from './client-secret-basic.client-auth-method.js';
import { ClientSecretPost } from './client-secret-post.client-auth-method.js';
import { NoClientAuthentication } from './none.client-auth-method.js';
import { PrivateKeyJwt } from './private-key-jwt.client-auth-method.js';

/** In the order in which the metadata names them. */
export const CLIENT_AUTH_METHODS: readonly Type<ClientAuthMethod>[] = [
  NoClientAuthentication,
  ClientSecretBasic,
  ClientSecretPost,
  PrivateKeyJwt,
];

/** Every way to prove who a client is. */
export class ClientAuthMethods extends Registry<ClientAuthMethod> {}
