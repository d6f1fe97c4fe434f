import { Controller, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CsrfGuard } from '../web/csrf.guard.js';
import { Refusal, TO_SIGN_IN } from '../web/refusal.js';
import { SignedIn } from '../web/roles.js';
import { Viewer } from '../web/viewer.js';
import { Destinations } from './destination.js';
import { SignInCompletion } from './sign-in-completion.js';
import { SignInSessions } from './sign-in-sessions.js';

/** People who have read what happened to their account go on to what they came for. */
@Controller('sign-in/continue')
@SignedIn()
export class ContinuationController {
  constructor(
    private readonly completion: SignInCompletion,
    private readonly destinations: Destinations,
    private readonly sessions: SignInSessions,
  ) {}

  @Post()
  @UseGuards(CsrfGuard)
  async goOn(
    @Viewer() { subject }: Viewer,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const session = await this.sessions.find(request);
    if (!session)
      throw new Refusal(HttpStatus.FORBIDDEN, 'You are not signed in any more. Sign in first.', TO_SIGN_IN);
    const destination = this.destinations.read(request.body as Record<string, unknown>);
    await this.completion.goOn(subject, destination, request, response, session.createdAt);
  }
}
