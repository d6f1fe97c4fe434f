import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { Invitations } from './invitations.js';
import { allowsPassword } from './password-policy.js';
import { People } from './people.js';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import type { User } from './entities/user.entity.js';
import { IdentityProviders } from '../sign-in/providers/identity-providers.js';
import { peoplePage, type PeoplePageProps } from './pages/people.page.js';
import { personPage } from './pages/person.page.js';
import { Csrf } from '../web/csrf.js';
import { formText } from '../web/form-text.js';
import { OpenSessions } from '../account/open-sessions.js';

/** Characters of a search. */
const LONGEST_SEARCH = 100;

/** The pages about people, as they are and with what is wrong. */
@Injectable()
export class PeoplePages {
  constructor(
    private readonly people: People,
    private readonly invitations: Invitations,
    private readonly sessions: OpenSessions,
    private readonly connections: McpConnections,
    private readonly providers: IdentityProviders,
    private readonly csrf: Csrf,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  async list(
    request: Request,
    response: Response,
    { role }: User,
    problem: Pick<PeoplePageProps, 'problem' | 'form'> = {},
  ): Promise<void> {
    const [search, after] = ['search', 'after'].map((name) => formText(request.query[name]));
    const found = await this.people.page({ search: search?.trim().slice(0, LONGEST_SEARCH), after });
    const page = peoplePage({
      csrf: this.csrf.token(request, response),
      role,
      ...found,
      names: this.names,
      invitations: await this.invitations.open(),
      search,
      ...problem,
    });
    response.set(PAGE_HEADERS).send(page);
  }

  /** @throws NotFoundException for an id that nobody has. */
  async person(
    request: Request,
    response: Response,
    { role }: User,
    { id, problem }: { id: string; problem?: string },
  ): Promise<void> {
    const person = isUUID(id) ? await this.people.find(id) : null;
    if (!person) throw new NotFoundException('There is no such person.');
    const [sessions, connections] = await Promise.all([
      this.sessions.ofUser(id),
      this.connections.ofUser(id),
    ]);
    const page = personPage({
      csrf: this.csrf.token(request, response),
      role,
      person,
      names: this.names,
      sessions,
      connections,
      passwords: allowsPassword(this.config.signIn, person.user.role),
      problem,
    });
    response.set(PAGE_HEADERS).send(page);
  }

  private get names(): ReadonlyMap<string, string> {
    return new Map(this.providers.all.map(({ config: { issuer, name } }) => [issuer, name]));
  }
}
