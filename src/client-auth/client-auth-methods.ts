import type { ClientAuthContext, ClientAuthMethod } from './client-auth-method.js';
import { ClientSecretBasic } from './client-secret-basic.client-auth-method.js';
import { ClientSecretPost } from './client-secret-post.client-auth-method.js';
import { NoClientAuthentication } from './none.client-auth-method.js';
import { PrivateKeyJwt } from './private-key-jwt.client-auth-method.js';

/** Every way to prove who a client is; the metadata names them. */
export class ClientAuthMethods {
  constructor(readonly all: readonly ClientAuthMethod[]) {}

  get names(): string[] {
    return this.all.map(({ name }) => name);
  }
}

export const CLIENT_AUTH_METHODS: readonly (new (context: ClientAuthContext) => ClientAuthMethod)[] = [
  NoClientAuthentication,
  ClientSecretBasic,
  ClientSecretPost,
  PrivateKeyJwt,
];
