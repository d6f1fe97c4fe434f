import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { GrantTypes } from '../grant-types/grant-types.js';
import { type Asking, HostRateLimiter } from '../host/host-rate-limiter.js';
import type { Parameters } from '../oauth/parameters.js';
import { UnauthorizedClientError } from '../oauth/errors.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { formParameters } from './form-body.js';
import { MetadataName } from './metadata-name.js';

/** The token endpoint (OAuth 2.1 §3.2). */
@Controller('token')
@MetadataName('token_endpoint')
@CrossOrigin()
export class TokenController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly grantTypes: GrantTypes,
    private readonly limits: HostRateLimiter,
  ) {}

  @Post()
  @HttpCode(200)
  async exchange(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TokenResponse> {
    response.setHeader('Cache-Control', 'no-store');
    const parameters = formParameters(request);
    parameters.refuseRepeated('resource');
    return this.limits.countFailures('token', this.asking(parameters, request), () =>
      this.answer(parameters, request),
    );
  }

  private async answer(parameters: Parameters, { headers, ip }: Request): Promise<TokenResponse> {
    const client = await this.limits.countStrangers('token', { address: ip }, () =>
      this.authenticator.authenticate({ parameters, headers }),
    );
    const grantType = this.grantTypes.find(parameters.require('grant_type'));
    if (grantType.name === 'authorization_code' && !client.grantTypes.includes(grantType.name))
      throw new UnauthorizedClientError('The client may not use this grant type.');
    return grantType.exchange(parameters, client);
  }

  private asking(parameters: Parameters, { headers, ip }: Request): Asking {
    const clientId = this.authenticator.claimedClientId({ parameters, headers });
    const named = parameters.getAll('grant_type').at(0);
    const grantType = this.grantTypes.names.find((name) => name === named) ?? null;
    return { clientId, grantType, address: ip };
  }
}
