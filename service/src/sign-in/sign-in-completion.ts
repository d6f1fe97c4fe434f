import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpInteractions, OAuthError } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { Csrf } from '../web/csrf.js';
import { noticePage } from '../web/notice.page.js';
import { TO_START } from '../web/refusal.js';
import type { Destination } from './destination.js';
import { newsPage } from './pages/news.page.js';
import { type NewSession, SignInSessions } from './sign-in-sessions.js';
import { href } from '../web/href.js';

/** What follows once somebody has proved who they are, however they did. */
@Injectable()
export class SignInCompletion {
  constructor(
    private readonly sessions: SignInSessions,
    private readonly interactions: McpInteractions,
    private readonly csrf: Csrf,
  ) {}

  /**
   * Begins a session, and sends the browser on to its destination.
   * @param news what the person must read before.
   */
  async complete(
    person: NewSession,
    destination: Destination,
    request: Request,
    response: Response,
    news: string | null = null,
  ): Promise<void> {
    const subject = await this.sessions.begin(person, request, response);
    if (news === null) return this.goOn(subject, destination, request, response);
    const csrf = this.csrf.token(request, response);
    response.set(PAGE_HEADERS).send(newsPage({ csrf, news, ...destination }));
  }

  /** Sends the browser of somebody who is signed in on to what it came for. */
  async goOn(
    subject: string,
    { interaction: interactionId, page = '/' }: Destination,
    request: Request,
    response: Response,
  ): Promise<void> {
    if (interactionId === undefined) return response.redirect(303, href(page));
    try {
      // When they proved it, their session says.
      await this.interactions.completeSignIn(request, response, subject, { interactionId });
    } catch (error) {
      if (!(error instanceof OAuthError) || error.getStatus() >= 500) throw error;
      const message =
        'You are signed in, but the request you came with has ended. Connect again from your application.';
      response
        .status(HttpStatus.BAD_REQUEST)
        .set(PAGE_HEADERS)
        .send(
          noticePage({
            title: 'That took too long',
            message,
            link: TO_START,
            isRefusal: true,
          }),
        );
    }
  }
}
