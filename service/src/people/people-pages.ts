import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { Invitations } from './invitations.js';
import { People } from './people.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { peoplePage, type PeoplePageProps } from './pages/people.page.js';
import { Frames } from '../web/frame.js';
import { formText } from '../web/form-text.js';

/** Characters of a search. */
const LONGEST_SEARCH = 100;

/** The page of all people, as it is and with what is wrong. */
@Injectable()
export class PeoplePages {
  constructor(
    private readonly people: People,
    private readonly invitations: Invitations,
    private readonly frames: Frames,
    private readonly config: SignInConfig,
  ) {}

  async list(
    request: Request,
    response: Response,
    problem: Pick<PeoplePageProps, 'problem' | 'form'> = {},
  ): Promise<void> {
    const [search, after] = ['search', 'after'].map((name) => formText(request.query[name]));
    const found = await this.people.page({ search: search?.trim().slice(0, LONGEST_SEARCH), after });
    const page = peoplePage({
      frame: this.frames.of(request, response),
      ...found,
      providers: this.config.providers,
      invitations: await this.invitations.open(),
      search,
      ...problem,
    });
    response.set(PAGE_HEADERS).send(page);
  }
}
