import { Injectable } from '@nestjs/common';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { ForeignFetch } from '../clients/foreign-fetch.js';
import type { OAuthClient } from '../oauth/client.js';

/** Milliseconds. An unknown key id makes a client's keys be fetched again, at most this often. */
const COOLDOWN = 30_000;
const MAX_AGE = 600_000;

/** The public keys of clients, as jose looks them up. */
@Injectable()
export class ClientKeys {
  private readonly inline = new WeakMap<OAuthClient, JWTVerifyGetKey>();
  private readonly remote = new LRUCache<string, JWTVerifyGetKey>({ max: 1_000 });

  constructor(private readonly foreign: ForeignFetch) {}

  /** Null for a client without keys. Those at a `jwks_uri` are fetched when they are looked for. */
  of(client: OAuthClient): JWTVerifyGetKey | null {
    if (client.jwksUri !== null) return this.at(client.jwksUri);
    if (client.jwks === null) return null;
    const known = this.inline.get(client) ?? createLocalJWKSet(client.jwks as JSONWebKeySet);
    this.inline.set(client, known);
    return known;
  }

  private at(uri: string): JWTVerifyGetKey {
    const known = this.remote.get(uri) ?? this.fetched(uri);
    this.remote.set(uri, known);
    return known;
  }

  private fetched(uri: string): JWTVerifyGetKey {
    return createRemoteJWKSet(new URL(uri), {
      cooldownDuration: COOLDOWN,
      cacheMaxAge: MAX_AGE,
      [customFetch]: async (url: string) => Response.json((await this.foreign.json(url)).content),
    });
  }
}
