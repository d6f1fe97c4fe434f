import { Injectable, NotFoundException } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { SignInConfig } from '../../config/sign-in-config.js';
import { OpenSessions } from '../../people/open-sessions.js';
import { allowsPassword } from '../../people/password-policy.js';
import { People } from '../../people/people.js';
import { Frames } from '../../web/frame.js';
import { personPage } from './person.page.js';

/** The page of one person, as it is and with what is wrong. */
@Injectable()
export class PersonPages {
  constructor(
    private readonly people: People,
    private readonly sessions: OpenSessions,
    private readonly connections: McpConnections,
    private readonly frames: Frames,
    private readonly config: SignInConfig,
  ) {}

  /** @throws NotFoundException for an id that nobody has. */
  async show(request: Request, response: Response, id: string, problem?: string): Promise<void> {
    const person = isUUID(id) ? await this.people.find(id) : null;
    if (!person) throw new NotFoundException('There is no such person.');
    const [sessions, connections] = await Promise.all([
      this.sessions.ofUser(id),
      this.connections.ofUser(person.user.subject),
    ]);
    const page = personPage({
      frame: this.frames.of(request, response),
      person,
      providers: this.config.providers,
      sessions,
      connections,
      passwords: allowsPassword(this.config, person.user.role),
      problem,
    });
    response.set(PAGE_HEADERS).send(page);
  }
}
