import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { IdentityProviders } from './providers/identity-providers.js';
import { ServiceMetrics } from '../operations/service-metrics.js';
import { signInPage } from './pages/sign-in.page.js';
import { Csrf } from '../web/csrf.js';
import { formText } from '../web/form-text.js';
import { Destinations } from './destination.js';
import { TooManyTries } from './sign-in-throttle.js';

/** Shows the sign-in page again to somebody who tried too often. */
@Catch(TooManyTries)
export class SignInFilter implements ExceptionFilter {
  constructor(
    private readonly csrf: Csrf,
    private readonly providers: IdentityProviders,
    private readonly destinations: Destinations,
    private readonly metrics: ServiceMetrics,
  ) {}

  catch({ retryAfter, message }: TooManyTries, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    this.metrics.signInEnded('password', 'throttled');
    const form = request.body as Record<string, unknown>;
    const page = signInPage({
      csrf: this.csrf.token(request, response),
      ...this.destinations.read(form),
      providers: this.providers.buttons,
      email: formText(form['email']),
      error: message,
    });
    response
      .status(429)
      .set({ ...PAGE_HEADERS, 'Retry-After': String(retryAfter) })
      .send(page);
  }
}
