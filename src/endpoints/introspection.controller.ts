import { Controller, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { Direct, type DirectRequest } from '../mount/direct.js';
import { UnauthorizedClientError } from '../oauth/errors.js';
import { TokenIntrospection } from '../tokens/token-introspection.js';
import { answerJson } from './answer-json.js';
import { auditRefusal } from './audit-refusal.js';
import { formParameters } from './form-body.js';
import { MetadataName } from './metadata-name.js';

/** The introspection endpoint (RFC 7662 §2), for resource servers: clients that are linked to a resource. */
@Controller('introspect')
@Direct()
@MetadataName('introspection_endpoint')
export class IntrospectionController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly introspection: TokenIntrospection,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  /** `{ "active": false }` for every token that is not for the resource that asks, and good (RFC 7662 §2.2). */
  @Post()
  async introspect(@Req() request: DirectRequest, @Res() response: ServerResponse): Promise<void> {
    const message = { parameters: formParameters(request), headers: request.headers, address: request.ip };
    const claims = () => ({
      action: 'token.introspect' as const,
      clientId: this.authenticator.claimedClientId(message),
    });
    const answer = await auditRefusal(this.audit, claims, async () => {
      const { clientId, resource } = await this.authenticator.authenticate(message, 'introspect');
      await this.limits.count('introspect', { address: message.address, clientId });
      if (resource === null)
        throw new UnauthorizedClientError('Only the server of a protected resource may introspect tokens.');
      return this.introspection.introspect(message.parameters.require('token'), resource);
    });
    answerJson(response, HttpStatus.OK, answer);
  }
}
