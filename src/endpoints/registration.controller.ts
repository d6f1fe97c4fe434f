import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { type ClientInformation, ClientRegistration } from '../clients/client-registration.js';
import { RegistrationPolicy } from '../clients/registration-policy.js';
import { CrossOrigin } from '../mount/cross-origin.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { MetadataName } from './metadata-name.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The client registration endpoint (RFC 7591 §3). */
@Controller('register')
@MetadataName('registration_endpoint')
@CrossOrigin()
export class RegistrationController {
  constructor(
    private readonly policy: RegistrationPolicy,
    private readonly registration: ClientRegistration,
  ) {}

  @Post()
  @HttpCode(201)
  @Header('Cache-Control', 'no-store')
  async register(@Req() request: Request): Promise<ClientInformation> {
    const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
    await this.policy.admit(request.ip, token);
    return this.registration.register(jsonBody(request));
  }
}

/** @throws InvalidRequestError for another content type, or a body that is no JSON in UTF-8. */
function jsonBody(request: Request): unknown {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new InvalidRequestError('The body must be application/json.');
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) return body;
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new InvalidRequestError('The body is not JSON in UTF-8.');
  }
}
