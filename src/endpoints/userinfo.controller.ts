import { Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { hasTokenInQuery, sentToken } from '../oauth/sent-token.js';
import { Userinfo, userinfoChallenge } from '../tokens/userinfo.js';
import { MetadataName } from './metadata-name.js';

/** The userinfo endpoint (OpenID Connect Core §5.3). The access token stands in the Authorization header alone. */
@Controller('userinfo')
@MetadataName('userinfo_endpoint')
@CrossOrigin()
export class UserinfoController {
  constructor(
    private readonly userinfo: Userinfo,
    private readonly settings: McpAuthSettings,
    private readonly limits: HostRateLimiter,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  get(@Req() request: Request): Promise<Record<string, unknown>> {
    return this.answer(request);
  }

  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  post(@Req() request: Request): Promise<Record<string, unknown>> {
    return this.answer(request);
  }

  private async answer(request: Request): Promise<Record<string, unknown>> {
    try {
      return await this.describe(request);
    } catch (error) {
      await this.limits.countFault('userinfo', { address: request.ip }, error);
      throw error;
    }
  }

  private describe(request: Request): Promise<Record<string, unknown>> {
    if (hasTokenInQuery(request))
      throw new InvalidRequestError('An access token must not stand in the query string.');
    const sent = sentToken(request.headers);
    const { headers, method } = request;
    if ('token' in sent)
      return this.userinfo.describe(sent, { headers, method, uris: [`${this.settings.issuer}/userinfo`] });
    throw userinfoChallenge(sent.problem === 'none' ? null : 'The access token is malformed.');
  }
}
