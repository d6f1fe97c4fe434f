import { HttpStatus, Injectable } from '@nestjs/common';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PublicAddress } from '../config/public-address.js';
import { ServiceCookie } from './cookies.js';
import { Refusal } from './refusal.js';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Sees to it that a form comes from a page of ours, in the browser it was shown in, also before anybody signs in. */
@Injectable()
export class Csrf {
  private readonly cookie: ServiceCookie;

  constructor(address: PublicAddress) {
    this.cookie = new ServiceCookie('mcp_auth_csrf', address);
  }

  /** The token for a form of this browser. */
  token(request: IncomingMessage, response: ServerResponse): string {
    const known = this.cookie.read(request);
    if (known !== undefined && TOKEN.test(known)) return known;
    const token = randomBytes(32).toString('base64url');
    this.cookie.write(response, token, 86_400);
    return token;
  }

  /** @throws Refusal when the form was not shown in this browser, or comes from another site. */
  check(request: IncomingMessage, presented: unknown): void {
    const expected = this.cookie.read(request);
    const site = request.headers['sec-fetch-site'];
    const isOurs = site === undefined || site === 'same-origin' || site === 'none';
    const isSame =
      typeof presented === 'string' &&
      expected !== undefined &&
      TOKEN.test(presented) &&
      TOKEN.test(expected) &&
      timingSafeEqual(Buffer.from(presented), Buffer.from(expected));
    if (!isOurs || !isSame)
      throw new Refusal(
        HttpStatus.FORBIDDEN,
        'This form was not shown in this browser, or has expired. Go back and try again.',
      );
  }
}
