import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpInteractions, OAuthError } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { noticePage } from '../web/notice.page.js';
import { type NewSession, SignInSessions } from './sign-in-sessions.js';

/** What follows once somebody has proved who they are, however they did. */
@Injectable()
export class SignInCompletion {
  constructor(
    private readonly sessions: SignInSessions,
    private readonly interactions: McpInteractions,
  ) {}

  /** Begins a session, and sends the browser on to what it came for: the authorization under way, or the start page. */
  async complete(
    person: Omit<NewSession, 'issuer'> & { issuer?: string | null },
    interactionId: string | undefined,
    request: Request,
    response: Response,
  ): Promise<void> {
    const { issuer = null } = person;
    const subject = await this.sessions.begin({ ...person, issuer }, request, response);
    if (interactionId === undefined) return response.redirect(303, '/');
    try {
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
            link: { href: '/', text: 'Go to the start page' },
          }),
        );
    }
  }
}
