import { Controller, Get, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { Direct, type DirectRequest } from '../mount/direct.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { hasTokenInQuery, sentToken } from '../oauth/sent-token.js';
import { Userinfo, userinfoChallenge } from '../tokens/userinfo.js';
import { answerJson } from './answer-json.js';
import { MetadataName } from './metadata-name.js';

/** The userinfo endpoint (OpenID Connect Core §5.3). The access token stands in the Authorization header alone. */
@Controller('userinfo')
@Direct()
@MetadataName('userinfo_endpoint')
@CrossOrigin()
export class UserinfoController {
  constructor(
    private readonly userinfo: Userinfo,
    private readonly settings: McpAuthSettings,
    private readonly limits: HostRateLimiter,
  ) {}

  @Get()
  get(@Req() request: DirectRequest, @Res() response: ServerResponse): Promise<void> {
    return this.answer(request, response);
  }

  @Post()
  post(@Req() request: DirectRequest, @Res() response: ServerResponse): Promise<void> {
    return this.answer(request, response);
  }

  private async answer(request: DirectRequest, response: ServerResponse): Promise<void> {
    try {
      answerJson(response, HttpStatus.OK, await this.describe(request));
    } catch (error) {
      await this.limits.countFault('userinfo', { address: request.ip }, error);
      throw error;
    }
  }

  private describe(request: DirectRequest): Promise<Record<string, unknown>> {
    if (hasTokenInQuery(request))
      throw new InvalidRequestError('An access token must not stand in the query string.');
    const sent = sentToken(request.headers);
    const { headers, method } = request;
    if ('token' in sent)
      return this.userinfo.describe(sent, { headers, method, uris: [`${this.settings.issuer}/userinfo`] });
    throw userinfoChallenge(sent.problem === 'none' ? null : 'The access token is malformed.');
  }
}
