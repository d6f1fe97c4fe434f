import { Controller, Delete, Get, Header, HttpCode, Param, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { ClientInformation } from '../clients/client-information.js';
import { RegistrationManagement, type ProvenRegistration } from '../clients/registration-management.js';
import { RegistrationPolicy } from '../clients/registration-policy.js';
import { type AuditAction, AuditLog } from '../host/audit-log.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { InvalidRequestError, OAuthError } from '../oauth/errors.js';
import { hasTokenInQuery, sentToken } from '../oauth/sent-token.js';
import { auditRefusal } from './audit-refusal.js';
import { clientMetadata } from './client-metadata-body.js';

/** The client configuration endpoint, where a client manages its own registration (RFC 7592 §2). */
@Controller('register')
@CrossOrigin()
export class RegistrationManagementController {
  constructor(
    private readonly management: RegistrationManagement,
    private readonly policy: RegistrationPolicy,
    private readonly audit: AuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  @Get(':clientId')
  @Header('Cache-Control', 'no-store')
  read(@Param('clientId') clientId: string, @Req() request: Request): Promise<ClientInformation> {
    return this.proven('client.read', clientId, request, async (proven) => this.management.read(proven));
  }

  @Put(':clientId')
  @Header('Cache-Control', 'no-store')
  replace(@Param('clientId') clientId: string, @Req() request: Request): Promise<ClientInformation> {
    return this.proven('client.update', clientId, request, async (proven) => {
      await this.policy.admitUpdate(request.ip);
      const { client, grants } = await this.management.replace(proven, clientMetadata(request));
      const { client_name: name, redirect_uris: redirectUris } = client;
      const detail = { name, redirectUris, grants };
      this.audit.record({ action: 'client.update', outcome: 'success', clientId, detail });
      return client;
    });
  }

  @Delete(':clientId')
  @HttpCode(204)
  @Header('Cache-Control', 'no-store')
  delete(@Param('clientId') clientId: string, @Req() request: Request): Promise<void> {
    return this.proven('client.delete', clientId, request, async (proven) => {
      const grants = await this.management.delete(proven);
      this.audit.record({ action: 'client.delete', outcome: 'success', clientId, detail: { grants } });
    });
  }

  private async proven<Answer>(
    action: AuditAction,
    clientId: string,
    request: Request,
    work: (proven: ProvenRegistration) => Promise<Answer>,
  ): Promise<Answer> {
    const counted = async () => {
      try {
        return await work(await this.management.prove(clientId, registrationToken(request)));
      } catch (error) {
        await this.limits.countFault('register', { address: request.ip }, error);
        throw error;
      }
    };
    return auditRefusal(this.audit, () => ({ action, clientId }), counted);
  }
}

/** @throws OAuthError 401, as RFC 6750 §3 says, without a token in the Authorization header. */
function registrationToken(request: Request): string {
  if (hasTokenInQuery(request))
    throw new InvalidRequestError('A registration access token must not stand in the query string.');
  const sent = sentToken(request.headers);
  if ('token' in sent && sent.scheme === 'Bearer') return sent.token;
  throw new OAuthError('invalid_token', 'This needs the registration access token of the client.', 401, {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}
