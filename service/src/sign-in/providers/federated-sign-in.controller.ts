import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpInteractions } from 'nestjs-mcp-auth';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { CsrfGuard } from '../../web/csrf.guard.js';
import { Anyone } from '../../web/roles.js';
import { formText } from '../../web/form-text.js';
import { Destinations } from '../destination.js';
import { SignInCompletion } from '../sign-in-completion.js';
import { RecentSignIn } from '../recent-sign-in.js';
import { SignInSessions } from '../sign-in-sessions.js';
import { Federation } from './federation.js';
import { IdentityProviders } from './identity-providers.js';
import { Linking } from './linking.js';
import type { KnownIdentity, SignInPurpose } from './oidc.strategy.js';
import { ProviderTests } from './provider-tests.js';
import { SIGNED_OUT, SignInRefused } from './sign-in-refused.js';
import { SignInRefusedFilter } from './sign-in-refused.filter.js';
import { href } from '../../web/href.js';

/** Signing in with an identity provider: there, and back. */
@Controller('sign-in/:provider')
@Anyone()
@UseFilters(SignInRefusedFilter)
export class FederatedSignInController {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly federation: Federation,
    private readonly linking: Linking,
    private readonly tests: ProviderTests,
    private readonly recency: RecentSignIn,
    private readonly sessions: SignInSessions,
    private readonly interactions: McpInteractions,
    private readonly destinations: Destinations,
    private readonly completion: SignInCompletion,
  ) {}

  /** Sends the browser to the provider; `connect` adds the identity to the account that is signed in. */
  @Post()
  @UseGuards(CsrfGuard)
  async begin(
    @Param('provider') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const provider = this.providers.find(id);
    const form = request.body as Record<string, unknown>;
    const destination = this.destinations.read(form);
    const { interaction } = destination;
    const invitation = formText(form['invitation']);
    const connects = formText(form['connect']) !== undefined;
    const session = connects ? await this.sessions.find(request) : null;
    if (connects && !session) throw new SignInRefused(SIGNED_OUT);
    if (session) this.recency.require(session);
    const about = interaction === undefined ? null : await this.interactions.describe(request, interaction);
    await this.providers.authenticate(provider, request, response, {
      purpose: { ...destination, invitation, linkTo: session?.userId },
      maxAge: destination.fresh ? 0 : (about?.maxAge ?? undefined),
      selectAccount: about?.selectAccount ?? false,
      loginHint: about?.loginHint ?? undefined,
    });
  }

  @Get('callback')
  async finish(
    @Param('provider') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const provider = this.providers.find(id);
    const signIn = await this.providers
      .authenticate(provider, request, response)
      .catch((error: unknown) => this.tests.explain(error, provider, request, response));
    if (!signIn) return;
    const { identity, purpose, provedAt } = signIn;
    if (purpose.testedBy !== undefined)
      return this.tests.answer(purpose.testedBy, signIn, provider, request, response);
    if (purpose.linkTo !== undefined) {
      await this.link(purpose.linkTo, provider.config, identity, request);
      return response.redirect(303, href('/account'));
    }
    try {
      const { user, news } =
        purpose.invitation === undefined
          ? await this.federation.admit(provider.config, identity)
          : await this.federation.accept(provider.config, identity, purpose.invitation);
      await this.completion.complete(
        { userId: user.id, passwordChangedAt: user.passwordChangedAt, issuer: identity.issuer, provedAt },
        purpose,
        request,
        response,
        news,
      );
    } catch (error) {
      throw withIdentity(error, purpose, identity);
    }
  }

  private async link(
    userId: string,
    provider: OidcProviderConfig,
    identity: KnownIdentity,
    request: Request,
  ): Promise<void> {
    try {
      const session = await this.sessions.find(request);
      if (session?.userId !== userId)
        throw new SignInRefused('Somebody else has signed in since. Nothing was connected.');
      await this.linking.link(session, provider, identity);
    } catch (error) {
      throw withIdentity(error, { linkTo: userId }, identity);
    }
  }
}

/** A refusal that the audit can name somebody in, and that leads back to what they came for. */
function withIdentity(error: unknown, purpose: SignInPurpose, identity: KnownIdentity): unknown {
  if (!(error instanceof SignInRefused)) return error;
  return new SignInRefused(error.message, error.getStatus(), { ...purpose, identity }, { cause: error });
}
