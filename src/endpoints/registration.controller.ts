import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { type ClientInformation, ClientRegistration } from '../clients/client-registration.js';
import { RegistrationPolicy } from '../clients/registration-policy.js';
import { AuditLog } from '../host/audit-log.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { InvalidRequestError, RequestTooLargeError } from '../oauth/errors.js';
import { auditRefusal } from './audit-refusal.js';
import { requireUtf8 } from './form-body.js';
import { MetadataName } from './metadata-name.js';

/** Bytes. */
const LARGEST_METADATA = 8_192;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The client registration endpoint (RFC 7591 §3). */
@Controller('register')
@MetadataName('registration_endpoint')
@CrossOrigin()
export class RegistrationController {
  constructor(
    private readonly policy: RegistrationPolicy,
    private readonly registration: ClientRegistration,
    private readonly audit: AuditLog,
  ) {}

  @Post()
  @HttpCode(201)
  @Header('Cache-Control', 'no-store')
  async register(@Req() request: Request): Promise<ClientInformation> {
    const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const client = await auditRefusal(
      this.audit,
      () => ({ action: 'client.register' }),
      async () => {
        await this.policy.admit(request.ip, token);
        return this.registration.register(jsonBody(request));
      },
    );
    const { client_id: clientId, client_name: name, redirect_uris: redirectUris } = client;
    this.audit.record({
      action: 'client.register',
      outcome: 'success',
      clientId,
      detail: { name, redirectUris },
    });
    return client;
  }
}

/**
 * @throws InvalidRequestError for another content type, or a body that is no JSON in UTF-8.
 * @throws RequestTooLargeError
 */
function jsonBody(request: Request): unknown {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new InvalidRequestError('The body must be application/json.');
  requireUtf8(request);
  const body: unknown = request.body;
  const size = Buffer.isBuffer(body) ? body.length : Buffer.byteLength(JSON.stringify(body ?? null));
  if (size > LARGEST_METADATA)
    throw new RequestTooLargeError(`The metadata of a client may have ${LARGEST_METADATA} bytes.`);
  if (!Buffer.isBuffer(body)) return body;
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new InvalidRequestError('The body is not JSON in UTF-8.');
  }
}
