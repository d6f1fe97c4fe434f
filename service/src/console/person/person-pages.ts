import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { SignInConfig } from '../../config/sign-in-config.js';
import { ChangeRefused } from '../../people/change-refused.js';
import { IdentityRemoval } from '../../people/identity-removal.js';
import { OpenSessions } from '../../people/open-sessions.js';
import { allowsPassword } from '../../people/password-policy.js';
import { People } from '../../people/people.js';
import { type Author, authorOf } from '../../web/author.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import { Refusal } from '../../web/refusal.js';
import { Frames } from '../../web/frame.js';
import { personPage } from './person.page.js';
import { href } from '../../web/href.js';

/** The page of one person, as it is and with what is wrong. */
@Injectable()
export class PersonPages {
  constructor(
    private readonly people: People,
    private readonly sessions: OpenSessions,
    private readonly connections: McpConnections,
    private readonly removal: IdentityRemoval,
    private readonly frames: Frames,
    private readonly config: SignInConfig,
  ) {}

  /** @throws Refusal for an id that nobody has. */
  async show(request: Request, response: Response, id: string, problem?: string): Promise<void> {
    const person = await this.people.find(id);
    if (!person) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such person.', TO_PEOPLE);
    const [sessions, connections] = await Promise.all([
      this.sessions.ofUser(person.user.id),
      this.connections.ofUser(person.user.subject),
    ]);
    const page = personPage({
      frame: this.frames.of(request, response),
      person,
      providers: this.config.providers,
      sessions,
      connections,
      passwords: allowsPassword(this.config, person.user.role),
      isOnlyWay: !this.removal.canSignIn(person.user, person.hasPassword, person.identities.slice(1)),
      problem,
    });
    response.set(PAGE_HEADERS).send(page);
  }

  /** Makes a change, and shows the person again: with what is wrong when it is refused. */
  async change(
    id: string,
    request: Request,
    response: Response,
    work: (author: Author) => Promise<void>,
    next = `/admin/people/${id}`,
  ): Promise<void> {
    try {
      await work(authorOf(request));
      if (!response.headersSent) response.redirect(303, href(next));
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      response.status(HttpStatus.CONFLICT);
      await this.show(request, response, id, error.message);
    }
  }
}
