import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Request } from 'express';
import { OwnedPaths } from '../mount/owned-paths.js';
import { OAuthError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { isDatabaseAway } from '../persistence/database-away.js';
import { PAGES } from './endpoints.js';
import { OAuthExceptionFilter } from './oauth-exception.filter.js';
import { PageExceptionFilter } from './page-exception.filter.js';

/** Errors as a page where a person looks at the answer, and as JSON everywhere else. */
@Catch()
export class EndpointExceptionFilter implements ExceptionFilter {
  private readonly pages = new OwnedPaths('', PAGES);
  private readonly page = new PageExceptionFilter();
  private readonly json = new OAuthExceptionFilter();

  catch(exception: unknown, host: ArgumentsHost): void {
    const { url } = host.switchToHttp().getRequest<Request>();
    const filter = this.pages.inside(url) === null ? this.json : this.page;
    // What a host's account directory throws comes as its driver threw it.
    const isAway = !(exception instanceof OAuthError) && isDatabaseAway(exception);
    const error = isAway ? new TemporarilyUnavailableError(undefined, { cause: exception }) : exception;
    filter.catch(error, host);
  }
}
