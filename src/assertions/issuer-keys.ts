import { Injectable } from '@nestjs/common';
import type { JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet } from 'jose/jwks/local';
import { FetchBudget } from '../fetching/fetch-budget.js';
import { ForeignDocuments } from '../fetching/foreign-documents.js';
import { ForeignFetch, ForeignFetchError } from '../fetching/foreign-fetch.js';
import { Clock } from '../host/clock.js';
import type { TrustedIssuer } from '../oauth/trusted-issuer.js';
import { KeySets } from './key-sets.js';

/** Bytes. */
const LARGEST = 65_536;
/** Milliseconds: where keys are changes seldom. */
const LIFETIME = 3_600_000;
/** A day, in milliseconds: the keys themselves have no such copy. */
const STALE = 86_400_000;

/** The metadata of an issuer, as far as it matters here. */
interface IssuerMetadata {
  issuer: unknown;
  jwksUri: string;
}

/** The public keys of trusted issuers, as jose looks them up: from the options, at a URL, or where their metadata says. */
@Injectable()
export class IssuerKeys {
  private readonly documents: ForeignDocuments<IssuerMetadata>;
  private readonly inline = new WeakMap<TrustedIssuer, JWTVerifyGetKey>();

  constructor(
    private readonly sets: KeySets,
    foreign: ForeignFetch,
    budget: FetchBudget,
    clock: Clock,
  ) {
    const kind = { largest: LARGEST, read, lifetime: () => LIFETIME, stale: STALE };
    this.documents = new ForeignDocuments(kind, foreign, budget, clock);
  }

  /** Keys that are fetched when one is looked for; that throws ForeignFetchError. @param address of who makes us ask. */
  of(trusted: TrustedIssuer, address?: string): JWTVerifyGetKey {
    const { issuer, jwks, jwksUri } = trusted;
    if (jwks) {
      const known = this.inline.get(trusted) ?? createLocalJWKSet(jwks);
      this.inline.set(trusted, known);
      return known;
    }
    if (jwksUri !== null) return this.sets.at(jwksUri, address);
    return async (header, token) =>
      this.sets.at(await this.discover(issuer, address), address)(header, token);
  }

  private async discover(issuer: string, address: string | undefined): Promise<string> {
    const { origin, pathname } = new URL(issuer);
    const path = pathname.replace(/\/$/, '');
    const openid = `${origin}${path}/.well-known/openid-configuration`;
    try {
      return await this.jwksUriAt(openid, issuer, address);
    } catch (error) {
      if (!(error instanceof ForeignFetchError) || error.failure !== 'gone') throw error;
      return this.jwksUriAt(`${origin}/.well-known/oauth-authorization-server${path}`, issuer, address);
    }
  }

  /** OpenID Connect Discovery §4.3, RFC 8414 §3.3: metadata is the issuer's own, or it is not used. */
  private async jwksUriAt(url: string, issuer: string, address: string | undefined): Promise<string> {
    const { value } = await this.documents.get(url, { address });
    if (value.issuer !== issuer)
      throw new ForeignFetchError('wrong', 'It is the metadata of another issuer.');
    return value.jwksUri;
  }
}

function read(content: unknown): IssuerMetadata {
  const { issuer, jwks_uri: jwksUri } = (content ?? {}) as Record<string, unknown>;
  if (typeof jwksUri !== 'string') throw new ForeignFetchError('wrong', 'It names no keys.');
  return { issuer, jwksUri };
}
