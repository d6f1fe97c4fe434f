import { Controller, HttpStatus, Post, Req, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { ClientRegistration } from '../clients/client-registration.js';
import { RegistrationPolicy } from '../clients/registration-policy.js';
import { AuditLog } from '../host/audit-log.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { Direct, type DirectRequest } from '../mount/direct.js';
import { answerJson } from './answer-json.js';
import { auditRefusal } from './audit-refusal.js';
import { clientMetadata } from './client-metadata-body.js';
import { MetadataName } from './metadata-name.js';

/** The client registration endpoint (RFC 7591 §3). */
@Controller('register')
@Direct()
@MetadataName('registration_endpoint')
@CrossOrigin()
export class RegistrationController {
  constructor(
    private readonly policy: RegistrationPolicy,
    private readonly registration: ClientRegistration,
    private readonly audit: AuditLog,
  ) {}

  @Post()
  async register(@Req() request: DirectRequest, @Res() response: ServerResponse): Promise<void> {
    const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const client = await auditRefusal(
      this.audit,
      () => ({ action: 'client.register' }),
      async () => {
        await this.policy.admit(request.ip, token);
        return this.registration.register(clientMetadata(request));
      },
    );
    const { client_id: clientId, client_name: name, redirect_uris: redirectUris } = client;
    this.audit.record({
      action: 'client.register',
      outcome: 'success',
      clientId,
      detail: { name, redirectUris },
    });
    answerJson(response, HttpStatus.CREATED, client);
  }
}
