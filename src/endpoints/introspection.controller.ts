import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { UnauthorizedClientError } from '../oauth/errors.js';
import { type Introspection, TokenIntrospection } from '../tokens/token-introspection.js';
import { formParameters } from './form-body.js';
import { MetadataName } from './metadata-name.js';

/** The introspection endpoint (RFC 7662 §2), for resource servers: clients that are linked to a resource. */
@Controller('introspect')
@MetadataName('introspection_endpoint')
export class IntrospectionController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly introspection: TokenIntrospection,
    private readonly limits: HostRateLimiter,
  ) {}

  /** `{ "active": false }` for every token that is not for the resource that asks, and good (RFC 7662 §2.2). */
  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async introspect(@Req() request: Request): Promise<Introspection> {
    const parameters = formParameters(request);
    parameters.refuseRepeated();
    const address = request.ip;
    const client = await this.limits.countStrangers('introspect', { address }, () =>
      this.authenticator.authenticate({ parameters, headers: request.headers }),
    );
    await this.limits.count('introspect', { address, clientId: client.clientId });
    if (client.resource === null)
      throw new UnauthorizedClientError('Only the server of a protected resource may introspect tokens.');
    return this.introspection.introspect(parameters.require('token'), client.resource);
  }
}
