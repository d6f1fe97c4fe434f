import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuditTrail } from '../../audit/audit-trail.js';
import { writeGroupName } from '../../config/group-names.js';
import { SignInConfig } from '../../config/sign-in-config.js';
import { type Frame, Frames } from '../../web/frame.js';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { Refusal } from '../../web/refusal.js';
import { setViewer, type Viewer } from '../../web/viewer.js';
import { failedTestPage } from '../pages/failed-test.page.js';
import { providerTestPage, PROVIDERS_PAGE } from '../pages/provider-test.page.js';
import { SignInSessions } from '../sign-in-sessions.js';
import { Federation } from './federation.js';
import { type IdentityProvider, IdentityProviders } from './identity-providers.js';
import type { UpstreamSignIn } from './oidc.strategy.js';
import { chain, SignInRefused } from './sign-in-refused.js';

const SOMEBODY_ELSE =
  'The administrator who began this test is not signed in here any more. Nothing is shown, and nothing has changed.';

/** Administrators sign in at a provider to see what it says of them: the way of every sign-in, which ends before any account. */
@Injectable()
export class ProviderTests {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly federation: Federation,
    private readonly sessions: SignInSessions,
    private readonly frames: Frames,
    private readonly audit: AuditTrail,
    private readonly config: SignInConfig,
  ) {}

  /** Sends the browser of an administrator to the provider. */
  async begin(id: string, viewer: Viewer, request: Request, response: Response): Promise<void> {
    const provider = this.providers.find(id);
    const options = { purpose: { testedBy: viewer.id }, asksAnew: true };
    await this.providers
      .authenticate(provider, request, response, options)
      .catch((error: unknown) => this.explain(error, provider, request, response));
  }

  /** Shows what the provider says, and what signing in would do, to the administrator who asked; this once. */
  async answer(
    testedBy: string,
    { identity, claims, provedAt }: UpstreamSignIn,
    { config }: IdentityProvider,
    request: Request,
    response: Response,
  ): Promise<void> {
    const frame = await this.frame(testedBy, request, response);
    const foreseen = await this.federation.foresee(config, identity);
    this.record(testedBy, config.id, foreseen.outcome === 'refuses' ? foreseen.reason : null);
    const groups = identity.groups.map((group) => writeGroupName(group, config.id, this.config.providers));
    response
      .set(PAGE_HEADERS)
      .send(providerTestPage({ frame, provider: config, foreseen, groups, provedAt, claims }));
  }

  /** Says to the administrator why nobody came back. @throws the error itself, where it is not one of a test. */
  async explain(
    error: unknown,
    { config }: IdentityProvider,
    request: Request,
    response: Response,
  ): Promise<null> {
    if (!(error instanceof SignInRefused) || error.about.testedBy === undefined) throw error;
    const { testedBy } = error.about;
    const frame = await this.frame(testedBy, request, response);
    this.record(testedBy, config.id, error.message);
    const status = error.getStatus();
    if (status === 503) response.set('Retry-After', '30');
    const problem = { sentence: error.message, status, said: chain(error.cause) };
    response
      .status(status)
      .set(PAGE_HEADERS)
      .send(failedTestPage({ frame, provider: config, problem }));
    return null;
  }

  /** Of the administrator who began it. @throws Refusal where somebody else, or nobody, is signed in by now. */
  private async frame(testedBy: string, request: Request, response: Response): Promise<Frame> {
    const viewer = await this.sessions.viewer(request);
    if (viewer?.id !== testedBy || viewer.role !== 'administrator')
      throw new Refusal(HttpStatus.FORBIDDEN, SOMEBODY_ELSE);
    setViewer(request, viewer);
    return { ...this.frames.of(request, response), current: PROVIDERS_PAGE.path };
  }

  /** Who tested which provider, and how that went: nothing of what it said. */
  private record(userId: string, provider: string, reason: string | null): void {
    this.audit.record({
      action: 'provider.test',
      outcome: reason === null ? 'success' : 'refused',
      userId,
      detail: reason === null ? { provider } : { provider, reason },
    });
  }
}
