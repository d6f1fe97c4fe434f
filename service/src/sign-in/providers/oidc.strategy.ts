import { HttpStatus } from '@nestjs/common';
import type { Request } from 'express';
import * as oidc from 'openid-client';
import passport from 'passport';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { authenticationTime } from './authentication-time.js';
import { keysInUse, type ProviderKeys, readKeys } from './provider-keys.js';
import { answered, chain, isAway, providerAway, SignInRefused } from './sign-in-refused.js';
import { UpstreamGroups } from './upstream-groups.js';
import { type Claims, readIdentity, type UpstreamIdentity } from './upstream-identity.js';

/** Seconds a provider has to answer. */
const PATIENCE = 5;
/** Seconds by which its clock may be off. */
const CLOCK_TOLERANCE = 30;

/** How a provider's metadata was found. */
export interface DiscoveryState {
  /** When what is in use was read; null as long as nobody needed it. */
  readAt: Date | null;
  /** Why it, or its keys, could not be read last; null where they were. */
  problem: string | null;
  /** Null as long as nobody needed them. */
  keys: ProviderKeys | null;
}

/** What a browser brings back from the provider. */
export interface PendingSignIn {
  state: string;
  nonce: string;
  verifier: string;
  /** Seconds since the person proved who they are, at most; undefined when any time will do. */
  maxAge?: number;
  /** What signing in goes on with. */
  purpose: SignInPurpose;
}

/** One that a browser has come back with. */
export type BegunSignIn = PendingSignIn & {
  /** Milliseconds since the epoch. */
  begunAt: number;
  /** It took too long. */
  isLate: boolean;
};

export interface SignInPurpose {
  /** An authorization under way. */
  interaction?: string;
  page?: string;
  fresh?: boolean;
  /** The token of an invitation that it redeems. */
  invitation?: string;
  /** The user who adds this identity to their account. */
  linkTo?: string;
  /** The administrator who tests the provider: nobody is signed in, and nothing changes. */
  testedBy?: string;
}

/** An identity with all its groups. */
export interface KnownIdentity extends UpstreamIdentity {
  groups: string[];
}

/** What the strategy hands to passport as the user. */
export interface UpstreamSignIn {
  identity: KnownIdentity;
  /** When they proved who they are; null where the provider does not say. */
  provedAt: Date | null;
  /** Of the id_token, as a stranger wrote them. */
  claims: Claims;
  purpose: SignInPurpose;
}

/** Where what is pending waits while the browser is at the provider. */
export interface PendingSignIns {
  /** What this browser began with a state, once: it is forgotten here. */
  take(request: Request, state: string): BegunSignIn | null;
  put(request: Request, pending: PendingSignIn): void;
}

/** How a sign-in begins. */
export interface OidcAuthenticateOptions {
  /** Ask for proof that is at most this many seconds old. */
  maxAge?: number;
  /** Ask the person who they are, whoever is signed in there. */
  asksAnew?: boolean;
  selectAccount?: boolean;
  loginHint?: string;
  /** Without one, it does not begin: the browser has come back. */
  purpose?: SignInPurpose;
}

/**
 * Signing in with a provider of OpenID Connect, as a passport strategy: a request with a purpose goes there,
 * one that comes back becomes an `UpstreamSignIn`. The strategy of openid-client itself wants a server-side
 * session and a provider that is there when the service starts; this one wants neither.
 */
export class OidcStrategy extends passport.Strategy {
  override readonly name: string;
  private readonly groups: UpstreamGroups;
  private configuration: oidc.Configuration | undefined;
  /** Under way because somebody cannot go on without it. */
  private reading: Promise<oidc.Configuration> | undefined;
  private known: Omit<DiscoveryState, 'keys'> = { readAt: null, problem: null };

  constructor(
    private readonly provider: OidcProviderConfig,
    private readonly callbackUrl: string,
    private readonly pending: PendingSignIns,
    private readonly now: () => number,
  ) {
    super();
    this.name = provider.id;
    this.groups = new UpstreamGroups(provider);
  }

  override authenticate(request: Request, options: OidcAuthenticateOptions = {}): void {
    const { purpose } = options;
    const work = purpose ? about(purpose, () => this.begin(request, purpose, options)) : this.finish(request);
    work.catch((error: unknown) => this.error(error));
  }

  get state(): DiscoveryState {
    return { ...this.known, keys: this.configuration ? keysInUse(this.configuration) : null };
  }

  /** Reads its metadata and keys anew; what is known stays in use until they are there, and where that fails. */
  async check(): Promise<void> {
    await this.readAnew(true).catch(() => undefined);
  }

  /** Where the browser signs out there; null when the provider has no such place. */
  async signOutUrl(returnTo: string): Promise<string | null> {
    const configuration = await this.discover();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    const parameters = { post_logout_redirect_uri: returnTo, client_id: this.provider.clientId };
    return oidc.buildEndSessionUrl(configuration, parameters).href;
  }

  private async begin(
    request: Request,
    purpose: SignInPurpose,
    { maxAge: asked, selectAccount, loginHint, ...options }: OidcAuthenticateOptions,
  ): Promise<void> {
    // Of a provider that need not say when it was, it can only be asked that it is now.
    const maxAge = asked !== undefined && this.provider.authTime === 'optional' ? 0 : asked;
    const { asksAnew = maxAge === 0 } = options;
    const configuration = await this.discover();
    const pending: PendingSignIn = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      purpose,
      ...(maxAge !== undefined && { maxAge }),
    };
    const prompts = [...(asksAnew ? ['login'] : []), ...(selectAccount ? ['select_account'] : [])];
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.callbackUrl,
      scope: this.provider.scopes,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
      ...(prompts.length > 0 && { prompt: prompts.join(' ') }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
      ...(loginHint !== undefined && { login_hint: loginHint }),
    });
    this.pending.put(request, pending);
    this.redirect(url.href, HttpStatus.SEE_OTHER);
  }

  private async finish(request: Request): Promise<void> {
    const url = new URL(this.callbackUrl);
    url.search = new URL(request.originalUrl, url).search;
    const state = url.searchParams.get('state');
    const pending = state === null ? null : this.pending.take(request, state);
    if (!pending || pending.isLate)
      throw new SignInRefused(
        'This sign-in was not begun in this browser, or took too long. Begin again.',
        HttpStatus.BAD_REQUEST,
        pending?.purpose,
      );
    const { purpose } = pending;
    const found = await about(purpose, () => this.identify(url, pending));
    this.success({ ...found, purpose } satisfies UpstreamSignIn);
  }

  private async identify(url: URL, pending: BegunSignIn): Promise<Omit<UpstreamSignIn, 'purpose'>> {
    if (url.searchParams.has('error'))
      throw new SignInRefused(
        `${this.provider.name} did not sign you in. Try again, or ask an administrator.`,
        HttpStatus.FORBIDDEN,
        undefined,
        { cause: answered(url.searchParams.get('error'), url.searchParams.get('error_description')) },
      );
    const { claims, accessToken } = await this.exchange(await this.discover(), url, pending);
    const identity = readIdentity(this.provider.issuer, claims, this.provider.groupsClaim);
    if (!identity) throw this.lie(new Error('The id_token names nobody.'));
    const provedAt = authenticationTime(this.provider, claims['auth_time'], pending, this.now());
    const who = pending.purpose.testedBy === undefined ? identity.subject : 'who tests it';
    const groups = await this.groups.of(identity.groups, accessToken, who);
    return { identity: { ...identity, groups }, provedAt, claims };
  }

  private async exchange(
    configuration: oidc.Configuration,
    url: URL,
    { state, nonce, verifier }: PendingSignIn,
  ): Promise<{ claims: Claims; accessToken: string }> {
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      return { claims: { ...tokens.claims() }, accessToken: tokens.access_token };
    } catch (error) {
      if (isAway(error)) throw this.away(error);
      throw this.lie(error instanceof oidc.ResponseBodyError ? answered(error.error) : error);
    }
  }

  /** The provider's metadata, read when it is first needed and kept once it was had. */
  private async discover(): Promise<oidc.Configuration> {
    if (this.configuration) return this.configuration;
    this.reading ??= this.readAnew().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readAnew(withKeys = false): Promise<oidc.Configuration> {
    try {
      this.configuration = await this.read(withKeys);
      this.known = { readAt: new Date(this.now()), problem: null };
      return this.configuration;
    } catch (error) {
      this.known = { ...this.known, problem: chain(error) };
      throw error;
    }
  }

  private async read(withKeys: boolean): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.provider;
    const isPlain = new URL(issuer).protocol === 'http:';
    const metadata = { client_secret: clientSecret, [oidc.clockTolerance]: CLOCK_TOLERANCE };
    try {
      const configuration = await oidc.discovery(new URL(issuer), clientId, metadata, undefined, {
        timeout: PATIENCE,
        // The signature is checked too, although the token comes from the provider itself.
        execute: [oidc.enableNonRepudiationChecks, ...(isPlain ? [oidc.allowInsecureRequests] : [])],
      });
      const named = configuration.serverMetadata().issuer;
      // OpenID Connect Discovery §4.3: exactly the configured one, which identities are kept under.
      if (named !== issuer) throw new Error(`It is configured as ${issuer}, and names itself ${named}.`);
      if (withKeys) await readKeys(configuration, PATIENCE, this.now());
      return configuration;
    } catch (error) {
      throw isAway(error) ? this.away(error) : this.lie(error);
    }
  }

  private away(cause: unknown): SignInRefused {
    return providerAway(this.provider.name, cause);
  }

  private lie(cause: unknown): SignInRefused {
    const message = `${this.provider.name} answered something that cannot be trusted. Ask an administrator.`;
    return new SignInRefused(message, HttpStatus.BAD_GATEWAY, undefined, { cause });
  }
}

/** Lets a refusal know what the person came for. */
async function about<Result>(purpose: SignInPurpose, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    throw new SignInRefused(error.message, error.getStatus(), purpose, { cause: error.cause });
  }
}
