import { Controller, Get, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import type { Request } from 'express';
import type { ServerResponse } from 'node:http';
import { AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { DeviceAuthorizations } from '../interaction/device-authorizations.js';
import { deviceAnsweredPage } from '../interaction/pages/device-answered.page.js';
import { deviceCodePage } from '../interaction/pages/device-code.page.js';
import { readUserCode, showUserCode } from '../oauth/device.js';
import { InvalidClientError, InvalidRequestError, OAuthError } from '../oauth/errors.js';
import { Parameters, queryOf } from '../oauth/parameters.js';
import { answerPage } from './answer-page.js';
import { auditRefusal } from './audit-refusal.js';
import { formParameters } from './form-body.js';
import { sendOn } from './send-on.js';

/** Characters of what was typed that are shown again. */
const LONGEST = 40;

/** Where a person enters the code of a device (`verification_uri`, RFC 8628 §3.3): it leads to an interaction. */
@Controller('device')
export class DeviceController {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly devices: DeviceAuthorizations,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  /** Nothing of a link is looked up before the person clicks. */
  @Get()
  ask(@Req() request: Request, @Res() response: ServerResponse): void {
    const typed = Parameters.parse(queryOf(request.url)).get('user_code') ?? '';
    const code = readUserCode(typed);
    this.show(request, response, { typed: code === null ? '' : showUserCode(code) });
  }

  @Post()
  async enter(@Req() request: Request, @Res() response: ServerResponse): Promise<void> {
    const form = formParameters(request);
    const sent = { typed: form.get('user_code') ?? '', csrf: form.get('csrf') ?? '' };
    try {
      const { device, location } = await auditRefusal(
        this.audit,
        () => ({ action: 'device.enter' }),
        () => this.counted(sent, request, response),
      );
      const { clientId, resource } = device;
      this.audit.record({ action: 'device.enter', outcome: 'success', clientId, resource });
      sendOn(response, location);
    } catch (error) {
      // A client whose document says something else by now is the person's business as little as a wrong code.
      if (!(error instanceof InvalidRequestError || error instanceof InvalidClientError)) throw error;
      const words = { typed: sent.typed.slice(0, LONGEST), error: error.description };
      this.show(request, response, words, HttpStatus.BAD_REQUEST);
    }
  }

  @Get(':answer')
  answered(@Param('answer') answer: string, @Res() response: ServerResponse): void {
    if (answer !== 'allowed' && answer !== 'denied')
      throw new OAuthError('invalid_request', 'There is nothing here.', HttpStatus.NOT_FOUND);
    answerPage(response, HttpStatus.OK, deviceAnsweredPage(answer));
  }

  /** Whoever tries codes is slowed down (RFC 8628 §5.1). */
  private async counted(sent: { typed: string; csrf: string }, request: Request, response: ServerResponse) {
    try {
      return await this.devices.enter(sent, { request, response });
    } catch (error) {
      await this.limits.countFault('device', { address: request.ip }, error);
      throw error;
    }
  }

  private show(
    request: Request,
    response: ServerResponse,
    words: { typed: string; error?: string },
    status = HttpStatus.OK,
  ): void {
    const action = `${this.settings.basePath}/device`;
    const csrf = this.devices.csrf(request, response);
    answerPage(response, status, deviceCodePage({ action, csrf, ...words }));
  }
}
