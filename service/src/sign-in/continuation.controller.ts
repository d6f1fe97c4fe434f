import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CsrfGuard } from '../web/csrf.guard.js';
import { SignedIn } from '../web/roles.js';
import { Viewer } from '../web/viewer.js';
import { Destinations } from './destination.js';
import { SignInCompletion } from './sign-in-completion.js';

/** People who have read what happened to their account go on to what they came for. */
@Controller('sign-in/continue')
@SignedIn()
export class ContinuationController {
  constructor(
    private readonly completion: SignInCompletion,
    private readonly destinations: Destinations,
  ) {}

  @Post()
  @UseGuards(CsrfGuard)
  async goOn(
    @Viewer() { subject }: Viewer,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const destination = this.destinations.read(request.body as Record<string, unknown>);
    await this.completion.goOn(subject, destination, request, response);
  }
}
