import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Clock, McpSecrets } from 'nestjs-mcp-auth';
import { PublicAddress } from '../../config/public-address.js';
import { ServiceCookie } from '../../web/cookies.js';
import type { PendingSignIn, PendingSignIns } from './oidc.strategy.js';

const PURPOSE = 'upstream-sign-in';
/** Seconds a person may take at the provider. */
const LIFETIME = 600;

/** What is pending waits in the browser, sealed: nobody else can read it, change it, or bring it along. */
@Injectable()
export class PendingSignInCookies {
  constructor(
    private readonly secrets: McpSecrets,
    private readonly clock: Clock,
    private readonly address: PublicAddress,
  ) {}

  of(providerId: string): PendingSignIns {
    const cookie = new ServiceCookie(`mcp_auth_provider_${providerId}`, this.address.isSecure);
    return {
      take: (request) => {
        const sealed = cookie.read(request);
        if (sealed !== undefined) cookie.write(answerTo(request), '', 0);
        const text = sealed && this.secrets.open(PURPOSE, providerId, sealed);
        if (!text) return null;
        const { until, pending } = JSON.parse(text) as { until: number; pending: PendingSignIn };
        return this.clock.now() < until ? pending : null;
      },
      put: (request, pending) => {
        const until = this.clock.now() + LIFETIME * 1000;
        const sealed = this.secrets.seal(PURPOSE, providerId, JSON.stringify({ until, pending }));
        cookie.write(answerTo(request), sealed, LIFETIME);
      },
    };
  }
}

function answerTo(request: Request) {
  if (!request.res) throw new Error('The request has no answer.');
  return request.res;
}
