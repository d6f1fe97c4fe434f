import { Controller, Get, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { Request } from 'express';
import type { ServerResponse } from 'node:http';
import { AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { Logout } from '../interaction/logout.js';
import { LogoutRequests } from '../interaction/logout-request.js';
import type { PromptView } from '../interaction/prompt.js';
import { Parameters, queryOf } from '../oauth/parameters.js';
import { auditRefusal } from './audit-refusal.js';
import { formParameters } from './form-body.js';
import { MetadataName } from './metadata-name.js';
import { answerPage } from './answer-page.js';
import { sendOn } from './send-on.js';

/** What a request may say (OpenID Connect RP-Initiated Logout §2). */
const KNOWN = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'];

/** The end session endpoint (OpenID Connect RP-Initiated Logout §2). */
@Controller('end-session')
@MetadataName('end_session_endpoint')
export class EndSessionController {
  constructor(
    private readonly requests: LogoutRequests,
    private readonly logout: Logout,
    private readonly settings: McpAuthSettings,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  @Get()
  async get(@Req() request: Request, @Res() response: ServerResponse): Promise<void> {
    const view = await this.counted(request, async () => {
      const parameters = Parameters.parse(queryOf(request.url));
      const asked = () => this.requests.read(parameters, request.ip);
      return this.logout.begin(await this.audited(parameters, asked), request, response);
    });
    show(response, view);
  }

  /** A browser sends no cookie with a form of another site: it comes again with GET, and sends it. */
  @Post()
  async post(@Req() request: Request, @Res() response: ServerResponse): Promise<void> {
    const query = await this.counted(request, async () => {
      const parameters = formParameters(request);
      await this.audited(parameters, () => this.requests.read(parameters, request.ip));
      return new URLSearchParams(
        KNOWN.flatMap((name) => parameters.getAll(name).map((value) => [name, value])),
      );
    });
    sendOn(response, `${this.settings.issuer}/end-session?${query}`);
  }

  @Post('answer')
  async answer(@Req() request: Request, @Res() response: ServerResponse): Promise<void> {
    const view = await this.counted(request, async () => {
      const parameters = formParameters(request);
      const sent = { csrf: parameters.get('csrf') ?? '', decision: parameters.get('decision') };
      const asked = await this.audited(parameters, () => this.requests.read(parameters, request.ip));
      return this.logout.answer(asked, sent, request, response);
    });
    show(response, view);
  }

  private audited<Answer>(parameters: Parameters, work: () => Promise<Answer>): Promise<Answer> {
    const claims = () => ({ action: 'logout' as const, clientId: parameters.first('client_id') });
    return auditRefusal(this.audit, claims, work);
  }

  private async counted<Answer>({ ip: address }: Request, work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      await this.limits.countFault('authorize', { address }, error);
      throw error;
    }
  }
}

function show(response: ServerResponse, view: PromptView): void {
  if ('redirect' in view) sendOn(response, view.redirect);
  else answerPage(response, HttpStatus.OK, view.page);
}
