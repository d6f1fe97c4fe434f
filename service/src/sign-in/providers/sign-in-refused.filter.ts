import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { PageThrottler } from '../../operations/page-throttler.js';
import { ServiceMetrics } from '../../operations/service-metrics.js';
import { noticePage } from '../../web/notice.page.js';
import { signInPath } from '../destination.js';
import { chain, type RefusedSignIn, SignInRefused } from './sign-in-refused.js';

/** Tells the person why, and where to go on; the cause is for the log alone. */
@Injectable()
@Catch(SignInRefused)
export class SignInRefusedFilter implements ExceptionFilter {
  private readonly logger = new Logger('SignIn');

  constructor(
    private readonly audit: AuditTrail,
    private readonly metrics: ServiceMetrics,
    private readonly throttler: PageThrottler,
  ) {}

  catch(refusal: SignInRefused, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const status = refusal.getStatus();
    this.metrics.signInEnded('sso', 'refused');
    if (status >= 500) this.logger.warn(`${refusal.message} ${chain(refusal.cause)}`);
    const { identity } = refusal.about;
    const request = host.switchToHttp().getRequest<Request>();
    const method = identity?.issuer ?? String(request.params['provider']);
    const { subject, email } = identity ?? {};
    const detail = { method, subject, reason: refusal.message };
    // Strangers may fail as often as they like, and write no more than the limit lets them; whoever a provider vouches for is no stranger.
    if (identity) this.throttler.recognise(request, `${identity.issuer} ${identity.subject}`);
    if (!this.throttler.isExceeded(request))
      this.audit.record({ action: 'sign-in', outcome: 'refused', detail, email });
    if (status === 503) response.set('Retry-After', '30');
    response
      .status(status)
      .set(PAGE_HEADERS)
      .send(
        noticePage({
          title: 'You are not signed in',
          message: refusal.message,
          link: wayBack(refusal.about),
          isRefusal: true,
        }),
      );
  }
}

/** To what the person came for. */
function wayBack({ interaction, page, fresh, invitation, linkTo }: RefusedSignIn): {
  path: string;
  text: string;
} {
  if (invitation !== undefined)
    return { path: `/invitation?token=${encodeURIComponent(invitation)}`, text: 'Back to the invitation' };
  if (linkTo !== undefined) return { path: '/account', text: 'Back to your account' };
  return { path: signInPath({ interaction, page, fresh }), text: 'Back to sign-in' };
}
