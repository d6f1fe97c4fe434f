import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock, McpResources } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Users } from '../people/users.js';
import { confirmationPage } from '../web/confirmation.page.js';
import { readCursor } from '../web/cursor.js';
import { formText } from '../web/form-text.js';
import { Frames } from '../web/frame.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { Refusal } from '../web/refusal.js';
import { Approvals } from './approvals.js';
import { decidedAt, type DecideBeforehandDto } from './client-decision.dto.js';
import { DECISION_CURSOR } from './decision-page.js';
import type { DecisionKey } from './decision-store.js';
import { applicationsPage, takeBackPath } from './pages/applications.page.js';
import { kindWords } from './pages/kind-words.js';
import { requestPage } from './pages/request.page.js';
import type { Names } from './pages/waiting-kinds.js';
import { waitingPage } from './pages/waiting.page.js';
import { PolicyStore } from './policy-store.js';
import { WAITING_CURSOR } from './request-store.js';
import { TO_APPLICATIONS } from './to-applications.js';

/** Kinds that wait and are shown above what was decided. */
const MOST_WAITING = 10;

/** The pages of applications that wait, and of what was decided. */
@Injectable()
export class ApplicationPages {
  constructor(
    private readonly approvals: Approvals,
    private readonly store: PolicyStore,
    private readonly users: Users,
    private readonly resources: McpResources,
    private readonly frames: Frames,
    private readonly clock: Clock,
  ) {}

  /** @param beforehand what somebody has just tried to decide, and what is in the way. */
  async list(
    query: object,
    request: Request,
    response: Response,
    beforehand?: { form: Partial<DecideBeforehandDto>; problem: Refusal },
  ): Promise<void> {
    const cursor = readCursor(
      query as Record<string, unknown>,
      DECISION_CURSOR,
      '/admin/access/applications',
    );
    const [{ rows: found }, { count, ...page }] = await Promise.all([
      this.approvals.kinds(),
      this.approvals.decisions(cursor),
    ]);
    const waiting = found.slice(0, MOST_WAITING);
    const ids = [
      ...waiting.map(({ newest }) => newest.userId),
      ...page.rows.flatMap(({ userId, decidedBy }) => [userId, decidedBy]),
    ];
    const body = applicationsPage({
      frame: this.frames.of(request, response),
      needsApproval: this.store.clients.mode === 'approval',
      waiting,
      doMoreWait: found.length > MOST_WAITING,
      page,
      decided: count,
      names: await this.names(ids),
      resources: this.resources.all(),
      now: this.clock.now(),
      beforehand: beforehand?.form ?? {},
      problem: beforehand?.problem.message,
    });
    response
      .status(beforehand?.problem.getStatus() ?? HttpStatus.OK)
      .set(PAGE_HEADERS)
      .send(body);
  }

  /** Everything that somebody waits for. */
  async waiting(query: object, request: Request, response: Response): Promise<void> {
    const cursor = readCursor(
      query as Record<string, unknown>,
      WAITING_CURSOR,
      '/admin/access/applications/waiting',
    );
    const [page, count] = await Promise.all([this.approvals.kinds(cursor), this.approvals.waiting()]);
    const body = waitingPage({
      frame: this.frames.of(request, response),
      page,
      count,
      names: await this.names(page.rows.map(({ newest }) => newest.userId)),
      resources: this.resources.all(),
    });
    response.set(PAGE_HEADERS).send(body);
  }

  /** @param problem what keeps the decision from being taken. */
  async request(id: string, request: Request, response: Response, problem?: string): Promise<void> {
    const waiting = await this.approvals.waitingClient(formText(id) ?? '');
    if (!waiting)
      throw new Refusal(
        problem ? HttpStatus.CONFLICT : HttpStatus.NOT_FOUND,
        'Nobody waits for this application any more: it was decided, or is gone.',
        TO_APPLICATIONS,
      );
    const { others } = waiting;
    const body = requestPage({
      frame: this.frames.of(request, response),
      ...waiting,
      names: await this.names(others.map(({ userId }) => userId)),
      resources: this.resources.all(),
      problem: problem ?? null,
    });
    response
      .status(problem ? HttpStatus.CONFLICT : HttpStatus.OK)
      .set(PAGE_HEADERS)
      .send(body);
  }

  async takeBack(key: DecisionKey, request: Request, response: Response): Promise<void> {
    const { kind, isClient, userId } = key;
    const found = (await this.approvals.decided()).find(
      (one) => one.kind === kind && one.isClient === isClient && one.userId === userId,
    );
    if (!found) throw new Refusal(HttpStatus.NOT_FOUND, 'It was taken back before.', TO_APPLICATIONS);
    const names = await this.names([userId]);
    const what = isClient ? displayText(found.clientName ?? kind) : kindWords(kind);
    const whom = userId === '' ? 'everybody' : displayText(names.get(userId) ?? userId);
    const page = confirmationPage({
      frame: this.frames.of(request, response),
      title: `Take back that “${what}” is ${found.outcome} for ${whom}?`,
      ends:
        found.outcome === 'approved'
          ? [
              'What they do with it stops at once, unless another approval covers it, too.',
              'They may ask for it again.',
            ]
          : ['They may ask for it again, and wait for an administrator.'],
      action: takeBackPath(found),
      fields: { kind, isClient: isClient ? 'yes' : 'no', person: userId, decided: decidedAt(found) },
      button: 'Take it back',
      back: TO_APPLICATIONS,
    });
    response.set(PAGE_HEADERS).send(page);
  }

  /** Emails by subject and id. */
  private async names(ids: readonly string[]): Promise<Names> {
    const users = await this.users.all([...new Set(ids.filter((id) => id !== ''))]);
    return new Map(
      users.flatMap(({ id, subject, email }) => [[id, email] as const, [subject, email] as const]),
    );
  }
}
