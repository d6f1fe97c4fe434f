import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SignInConfig } from '../../config/sign-in-config.js';
import { ChangeRefused } from '../../people/change-refused.js';
import { IdentityRemoval } from '../../people/identity-removal.js';
import { allowsPassword } from '../../people/password-policy.js';
import { OpenSessions } from '../../people/open-sessions.js';
import { asAccount } from '../../people/person-account.js';
import { People, type Person } from '../../people/people.js';
import { normaliseEmail } from '../../people/users.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import { DryRun } from '../../policy/dry-run.js';
import { type Author, authorOf } from '../../web/author.js';
import { BY_ID, pageOf, readCursor } from '../../web/cursor.js';
import { Frames } from '../../web/frame.js';
import { ListAddress } from '../../web/list-address.js';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { Refusal } from '../../web/refusal.js';
import { StatusLine } from '../../web/status-line.js';
import { PersonHoldings } from './person-holdings.js';
import type { PersonQuestionProps } from './person-questions.js';
import { personPage } from './person.page.js';
import { personSessionsPage } from './person-sessions.page.js';

/** The page of one person, as it is and with what is wrong; and the questions before changes. */
@Injectable()
export class PersonPages {
  constructor(
    private readonly people: People,
    private readonly holdings: PersonHoldings,
    private readonly openSessions: OpenSessions,
    private readonly removal: IdentityRemoval,
    private readonly dryRun: DryRun,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
    private readonly config: SignInConfig,
  ) {}

  /** @throws Refusal for an id that nobody has. */
  async find(id: string): Promise<Person> {
    return (await this.findBoth(id, undefined)).person;
  }

  /**
   * A person, and the one with an email: null where nobody has it, and the same person where it is theirs.
   * @throws Refusal for an id that nobody has.
   */
  async findBoth(id: string, email: string | undefined): Promise<{ person: Person; named: Person | null }> {
    const found = await this.people.named([{ id }, ...(email === undefined ? [] : [{ email }])]);
    const person = found.find(({ user }) => user.id === id);
    if (!person) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such person.', TO_PEOPLE);
    const named = found.find(({ user }) => email !== undefined && user.email === normaliseEmail(email));
    return { person, named: named ?? null };
  }

  async show(request: Request, response: Response, id: string, problem?: string): Promise<void> {
    const person = await this.find(id);
    const { user, hasPassword, identities } = person;
    const page = personPage({
      frame: this.frames.of(request, response),
      person,
      providers: this.config.providers,
      holdings: await this.holdings.shown(person),
      access: user.disabledAt ? [] : this.dryRun.ofAccount(asAccount(Object.assign({ identities }, user))),
      passwords: allowsPassword(this.config, user.role),
      onlyWays: this.removal.onlyWays(user, hasPassword, identities),
      problem,
    });
    response.set(PAGE_HEADERS).send(page);
  }

  /** Where they are signed in, page by page. */
  async sessions(
    id: string,
    query: Readonly<Record<string, unknown>>,
    request: Request,
    response: Response,
  ): Promise<void> {
    const { user } = await this.find(id);
    const address = new ListAddress(`${TO_PEOPLE.path}/${id}/sessions`);
    const cursor = readCursor(query, BY_ID, address.path);
    const all = await this.openSessions.ofUser(id);
    const page = pageOf(all, cursor, (session) => session.id);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(personSessionsPage({ frame, user, address, page, count: all.length }));
  }

  /** What will end is named before. */
  async ask(
    question: (props: PersonQuestionProps) => string,
    id: string,
    request: Request,
    response: Response,
  ): Promise<void> {
    const person = await this.find(id);
    const holdings = await this.holdings.of(person);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(question({ frame, person, holdings }));
  }

  /**
   * Makes a change, and says on the next page that it is done, unless `work` has answered; shows the person with what is
   * wrong when it is refused.
   */
  async change(
    id: string,
    request: Request,
    response: Response,
    done: string,
    work: (author: Author) => Promise<unknown>,
    next = `${TO_PEOPLE.path}/${id}`,
  ): Promise<void> {
    try {
      await work(authorOf(request));
      if (!response.headersSent) this.statusLine.goOn(response, next, done);
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      response.status(HttpStatus.CONFLICT);
      await this.show(request, response, id, error.message);
    }
  }
}
