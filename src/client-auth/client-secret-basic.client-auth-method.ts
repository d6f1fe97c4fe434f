import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidRequestError } from '../oauth/errors.js';
import type { TokenRequest } from '../oauth/token-request.js';
import type { ClientAuthMethod } from './client-auth-method.js';
import { isClientSecret } from './client-secret.js';

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

/** RFC 6749 §2.3.1: id and secret form-encoded, joined by a colon, in HTTP Basic. */
function credentials({ headers }: TokenRequest): { id: string; secret: string } | null {
  const { authorization } = headers;
  if (authorization === undefined || !/^basic\b/i.test(authorization)) return null;
  const [, encoded] = BASIC.exec(authorization) ?? [];
  const decoded = Buffer.from(encoded ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon < 1) throw new InvalidRequestError('The Basic credentials are malformed.');
  try {
    const [id = '', secret = ''] = [decoded.slice(0, colon), decoded.slice(colon + 1)].map((part) =>
      decodeURIComponent(part.replaceAll('+', ' ')),
    );
    return { id, secret };
  } catch {
    throw new InvalidRequestError('The Basic credentials are not form-encoded.');
  }
}

@Injectable()
export class ClientSecretBasic implements ClientAuthMethod {
  readonly name = 'client_secret_basic';

  constructor(private readonly clock: Clock) {}

  claimedClientId(request: TokenRequest): string | null {
    return credentials(request)?.id ?? null;
  }

  verify(request: TokenRequest, client: OAuthClient): boolean {
    return isClientSecret(client, credentials(request)?.secret ?? '', this.clock.now());
  }
}
