import { Injectable } from '@nestjs/common';
import {
  EndedGrantError,
  EndedSubjectError,
  OAuthError,
  RefusedTargetError,
  TooManyRequestsError,
} from '../oauth/errors.js';
import { HOUSEHOLD, network, SITE } from '../oauth/network.js';
import { DefaultRateLimiter } from './default-rate-limiter.js';
import { McpAuthSettings } from './mcp-auth-settings.js';
import {
  type RateLimitAnswer,
  type RateLimitedEndpoint,
  type RateLimitedRequest,
  RateLimiter,
} from './rate-limiter.js';

/** Who asks, and for what. */
interface Asking {
  clientId?: string | null;
  grantType?: string | null;
  /** Default true. */
  proven?: boolean;
  /** As the connection or the trusted proxies say; undefined when the connection is gone. */
  address: string | undefined;
}

/** The host's limiter, which is looked up once every module is built. */
@Injectable()
export class HostRateLimiter {
  private limiter: RateLimiter = new DefaultRateLimiter();

  constructor(private readonly settings: McpAuthSettings) {}

  use(limiter: RateLimiter): void {
    this.limiter = limiter;
  }

  /** @throws TooManyRequestsError */
  async count(endpoint: RateLimitedEndpoint, asking: Asking): Promise<void> {
    if (this.isOn) refuseUnlessAllowed(await this.limiter.consume(describe(endpoint, asking)));
  }

  /** Counts what failed through the fault of whoever asked. @throws TooManyRequestsError */
  async countFault(endpoint: RateLimitedEndpoint, asking: Asking, error: unknown): Promise<void> {
    if (error instanceof OAuthError && isFault(error)) await this.count(endpoint, asking);
  }

  /** The error of a refresh that is one too many; null for one that is not. */
  async countRefresh(grantId: string): Promise<TooManyRequestsError | null> {
    const answer = this.isOn ? await this.limiter.consumeRefresh(grantId) : null;
    return answer === null || answer.allowed ? null : new TooManyRequestsError(answer.retryAfter);
  }

  /**
   * Counts an authorization that begins.
   * @param accountId of whoever is signed in; null for nobody.
   * @throws TooManyRequestsError
   */
  async countAuthorization(accountId: string | null, address = ''): Promise<void> {
    if (!this.isOn) return;
    const who = accountId === null ? { address: network(address, SITE) } : { accountId };
    refuseUnlessAllowed(await this.limiter.consumeAuthorization(who));
  }

  private get isOn(): boolean {
    return this.settings.rateLimit;
  }
}

function describe(endpoint: RateLimitedEndpoint, asking: Asking): RateLimitedRequest {
  const { clientId = null, grantType = null, proven = true, address = '' } = asking;
  // A customer's whole network could register, and guess, from 65,536 of the smaller ones.
  const bits = endpoint === 'register' || endpoint === 'device' ? SITE : HOUSEHOLD;
  return { endpoint, clientId, proven, grantType, address: network(address, bits) };
}

const NOBODYS_FAULT = [EndedGrantError, EndedSubjectError, RefusedTargetError, TooManyRequestsError];

/** A nonce is asked for because it is time for one, and a device asks until the person has answered. */
const EXPECTED: ReadonlySet<string> = new Set(['use_dpop_nonce', 'authorization_pending']);

/** People whose grants have ended may be many at once. */
function isFault(error: OAuthError): boolean {
  const isNone = NOBODYS_FAULT.some((kind) => error instanceof kind);
  return error.getStatus() < 500 && !isNone && !EXPECTED.has(error.error);
}

function refuseUnlessAllowed(answer: RateLimitAnswer): void {
  if (!answer.allowed) throw new TooManyRequestsError(answer.retryAfter);
}
