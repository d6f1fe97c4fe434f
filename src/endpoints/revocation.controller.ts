import { Controller, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { Direct, type DirectRequest } from '../mount/direct.js';
import { TokenRevocation } from '../tokens/token-revocation.js';
import { auditRefusal } from './audit-refusal.js';
import { formParameters } from './form-body.js';
import { MetadataName } from './metadata-name.js';

/** The revocation endpoint (RFC 7009 §2). The hint is not needed: a token says by itself which kind it is. */
@Controller('revoke')
@Direct()
@MetadataName('revocation_endpoint')
@CrossOrigin()
export class RevocationController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly revocation: TokenRevocation,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  /** 200 whether or not there was such a token (RFC 7009 §2.2). */
  @Post()
  async revoke(@Req() request: DirectRequest, @Res() response: ServerResponse): Promise<void> {
    const message = { parameters: formParameters(request), headers: request.headers, address: request.ip };
    const claims = () => ({
      action: 'token.revoke' as const,
      clientId: this.authenticator.claimedClientId(message),
    });
    await auditRefusal(this.audit, claims, async () => {
      const { clientId } = await this.authenticator.authenticate(message, 'revoke');
      const isRevoked = await this.revocation.revoke(message.parameters.require('token'), clientId);
      // What takes a token back is never one too many.
      if (!isRevoked) await this.limits.count('revoke', { address: message.address, clientId });
    });
    response.writeHead(HttpStatus.OK, { 'Cache-Control': 'no-store', 'Content-Length': 0 }).end();
  }
}
