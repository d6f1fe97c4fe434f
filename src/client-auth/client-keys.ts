import { Injectable } from '@nestjs/common';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet } from 'jose/jwks/local';
import { KeySets } from '../assertions/key-sets.js';
import type { OAuthClient } from '../oauth/client.js';

/** The public keys of clients, as jose looks them up. */
@Injectable()
export class ClientKeys {
  private readonly inline = new WeakMap<OAuthClient, JWTVerifyGetKey>();

  constructor(private readonly sets: KeySets) {}

  /**
   * Null for a client without keys. Those at a `jwks_uri` are fetched when they are looked for.
   * @param address of the request that is to be proved.
   */
  of(client: OAuthClient, address?: string): JWTVerifyGetKey | null {
    if (client.jwksUri !== null) return this.sets.at(client.jwksUri, address);
    if (client.jwks === null) return null;
    const known = this.inline.get(client) ?? createLocalJWKSet(client.jwks as JSONWebKeySet);
    this.inline.set(client, known);
    return known;
  }
}
