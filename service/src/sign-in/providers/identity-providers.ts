import { HttpException, HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import passport from 'passport';
import { Clock } from 'nestjs-mcp-auth';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { PublicAddress } from '../../config/public-address.js';
import { SignInConfig } from '../../config/sign-in-config.js';
import { Refusal, TO_SIGN_IN } from '../../web/refusal.js';
import { type OidcAuthenticateOptions, OidcStrategy, type UpstreamSignIn } from './oidc.strategy.js';
import { PendingSignInCookies } from './pending-sign-ins.js';
import { SignInRefused } from './sign-in-refused.js';

/** One provider of the configuration, and the strategy that speaks to it. */
export interface IdentityProvider {
  config: OidcProviderConfig;
  strategy: OidcStrategy;
}

/** A way to sign in, as pages name it. */
export interface ProviderButton {
  id: string;
  name: string;
}

/** The providers that people may sign in with. */
@Injectable()
export class IdentityProviders {
  readonly all: readonly IdentityProvider[];

  constructor(
    { providers }: SignInConfig,
    private readonly address: PublicAddress,
    pending: PendingSignInCookies,
    clock: Clock,
  ) {
    this.all = providers.map((config) => ({
      config,
      strategy: new OidcStrategy(
        config,
        address.at(`/sign-in/${config.id}/callback`),
        pending.of(config.id),
        () => clock.now(),
      ),
    }));
  }

  /** What a sign-in page shows of them. */
  get buttons(): ProviderButton[] {
    return this.all.map(({ config: { id, name } }) => ({ id, name }));
  }

  /** @throws NotFoundException for an id that no provider has. */
  find(id: string): IdentityProvider {
    const found = this.all.find(({ config }) => config.id === id);
    if (!found) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such way to sign in.', TO_SIGN_IN);
    return found;
  }

  /** Where a person who signed in with this issuer signs out there too; null where they need not, or cannot. */
  async signOutUrl(issuer: string): Promise<string | null> {
    const provider = this.all.find(({ config }) => config.issuer === issuer && config.signOut);
    // Somebody who signs out here must be able to while the provider is away.
    return provider ? provider.strategy.signOutUrl(this.address.at('/sign-in')).catch(() => null) : null;
  }

  /**
   * Runs the strategy: it sends the browser away, or gives who has come back.
   * @throws SignInRefused, with words for the person.
   */
  authenticate(
    { strategy }: IdentityProvider,
    request: Request,
    response: Response,
    options: OidcAuthenticateOptions = {},
  ): Promise<UpstreamSignIn> {
    return new Promise((resolve, reject) => {
      const done = (error: unknown, signIn?: UpstreamSignIn | false) => {
        if (error)
          reject(error instanceof HttpException ? error : new Error('Signing in failed.', { cause: error }));
        else if (signIn) resolve(signIn);
        else reject(new SignInRefused('You were not signed in. Try again.'));
      };
      const run = passport.authenticate(strategy, { session: false, ...options }, done) as (
        request: Request,
        response: Response,
        next: (error?: unknown) => void,
      ) => void;
      run(request, response, reject);
    });
  }
}
