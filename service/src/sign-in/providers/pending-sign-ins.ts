import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { Clock, McpSecrets } from 'nestjs-mcp-auth';
import { PublicAddress } from '../../config/public-address.js';
import { cookieNames, ServiceCookie } from '../../web/cookies.js';
import type { PendingSignIn, PendingSignIns } from './oidc.strategy.js';

const PURPOSE = 'upstream-sign-in';
/** Seconds a person may take at the provider. */
const LIFETIME = 600;
/** Seconds in which one who took too long is led back to what they came for. */
const REMEMBERED = 3_600;
/** Sign-ins that one browser may have under way with a provider, in as many tabs. */
const MOST_PENDING = 5;

interface Sealed {
  until: number;
  pending: PendingSignIn;
}

/** What is pending waits in the browser, sealed, a cookie for each: nobody else can read it, change it, or bring it along. */
@Injectable()
export class PendingSignInCookies {
  constructor(
    private readonly secrets: McpSecrets,
    private readonly clock: Clock,
    private readonly address: PublicAddress,
  ) {}

  of(providerId: string): PendingSignIns {
    const prefix = `mcp_auth_provider_${providerId}_`;
    const named = (name: string) => new ServiceCookie(name, this.address);
    const open = (cookie: ServiceCookie, request: Request): Sealed | null => {
      const text = this.secrets.open(PURPOSE, providerId, cookie.read(request) ?? '');
      return text ? (JSON.parse(text) as Sealed) : null;
    };
    return {
      take: (request, state) => {
        const cookie = named(prefix + keyOf(state));
        const found = open(cookie, request);
        if (found?.pending.state !== state) return null;
        cookie.write(answerTo(request), '', 0);
        const begunAt = found.until - LIFETIME * 1000;
        return { ...found.pending, begunAt, isLate: this.clock.now() >= found.until };
      },
      put: (request, pending) => {
        const others = cookieNames(request, prefix, this.address)
          .map((name) => ({ cookie: named(name), until: open(named(name), request)?.until ?? 0 }))
          .toSorted((one, other) => other.until - one.until);
        for (const { cookie } of others.slice(MOST_PENDING - 1)) cookie.write(answerTo(request), '', 0);
        const until = this.clock.now() + LIFETIME * 1000;
        const sealed = this.secrets.seal(PURPOSE, providerId, JSON.stringify({ until, pending }));
        named(prefix + keyOf(pending.state)).write(answerTo(request), sealed, REMEMBERED);
      },
    };
  }
}

/** Tells one tab of a browser from another. */
function keyOf(state: string): string {
  return createHash('sha256').update(state).digest('base64url').slice(0, 16);
}

function answerTo(request: Request) {
  if (!request.res) throw new Error('The request has no answer.');
  return request.res;
}
