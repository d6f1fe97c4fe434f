import { Controller, Get, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { AccountEvents } from '../people/account-events.js';
import { allowsPassword } from '../people/password-policy.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { ChangeRefused } from '../people/change-refused.js';
import { People } from '../people/people.js';
import { IdentityRemoval } from '../people/identity-removal.js';
import { accountPage } from './pages/account.page.js';
import {
  OWN_CONNECTIONS,
  OWN_SESSIONS,
  ownConnectionsPage,
  ownSessionsPage,
} from './pages/own-lists.page.js';
import { BY_ID, pageOf, readCursor } from '../web/cursor.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { Frames } from '../web/frame.js';
import { InNavigation } from '../web/navigation.js';
import { StatusLine } from '../web/status-line.js';
import { SignedIn } from '../web/roles.js';
import { Viewer } from '../web/viewer.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { rowId } from '../web/row-id.js';
import { OpenSessions } from '../people/open-sessions.js';

/** People look after their own account. */
@Controller('account')
@InNavigation({ text: 'Account', place: 2 })
@SignedIn()
export class AccountController {
  constructor(
    private readonly sessions: OpenSessions,
    private readonly connections: McpConnections,
    private readonly people: People,
    private readonly removal: IdentityRemoval,
    private readonly events: AccountEvents,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
    private readonly config: SignInConfig,
  ) {}

  @Get()
  show(@Viewer() viewer: Viewer, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.page(viewer, request, response);
  }

  @Get('sessions')
  async listSessions(
    @Viewer() viewer: Viewer,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const cursor = readCursor(query, BY_ID, OWN_SESSIONS.path);
    const all = await this.sessions.ofUser(viewer.id);
    const page = pageOf(all, cursor, ({ id }) => id);
    const frame = this.frames.of(request, response);
    const current = viewer.sessionId;
    response.set(PAGE_HEADERS).send(ownSessionsPage({ frame, page, count: all.length, current }));
  }

  @Get('connections')
  async listConnections(
    @Viewer() viewer: Viewer,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const cursor = readCursor(query, BY_ID, OWN_CONNECTIONS.path);
    const all = await this.connections.ofUser(viewer.subject);
    const page = pageOf(all, cursor, ({ grantId }) => grantId);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(ownConnectionsPage({ frame, page, count: all.length }));
  }

  @Post('identities/remove')
  @FreshSignIn({ isFormAlone: true })
  @UseGuards(CsrfGuard)
  async removeIdentity(
    @Viewer() viewer: Viewer,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { id } = request.body as Record<string, unknown>;
    try {
      await this.removal.removeOwn(viewer.id, viewer.sessionId, rowId(id) ?? '');
      this.statusLine.goOn(response, '/account', 'The identity opens your account no more.');
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      await this.page(viewer, request, response.status(HttpStatus.CONFLICT), error.message);
    }
  }

  @Post('sessions/end')
  @UseGuards(CsrfGuard)
  async endSession(
    @Viewer() viewer: Viewer,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { id } = request.body as Record<string, unknown>;
    await this.sessions.end(viewer.id, rowId(id) ?? '');
    this.statusLine.goOn(response, '/account', 'The sign-in session has ended.');
  }

  @Post('sessions/end-others')
  @UseGuards(CsrfGuard)
  async endOtherSessions(@Viewer() viewer: Viewer, @Res() response: Response): Promise<void> {
    await this.sessions.endOthers(viewer.id, viewer.sessionId);
    this.statusLine.goOn(response, '/account', 'All your other sign-in sessions have ended.');
  }

  private async page(viewer: Viewer, request: Request, response: Response, problem?: string): Promise<void> {
    const [sessions, connections, person, events] = await Promise.all([
      this.sessions.ofUser(viewer.id),
      this.connections.ofUser(viewer.subject),
      this.people.find(viewer.id),
      this.events.ofUser(viewer.id),
    ]);
    const { hasPassword = false, identities = [] } = person ?? {};
    const { providers: known } = this.config;
    const page = accountPage({
      frame: this.frames.of(request, response),
      viewer,
      sessions,
      connections,
      identities,
      events,
      known,
      onlyWays: this.removal.onlyWays(viewer, hasPassword, identities),
      providers: known.filter(({ issuer }) => !identities.some((one) => one.issuer === issuer)),
      problem,
      passwords: hasPassword && allowsPassword(this.config, viewer.role),
    });
    response.set(PAGE_HEADERS).send(page);
  }
}
