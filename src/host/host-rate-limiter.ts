import { Injectable } from '@nestjs/common';
import { EndedGrantError, OAuthError, TooManyRequestsError } from '../oauth/errors.js';
import { network } from '../oauth/network.js';
import { McpAuthSettings } from './mcp-auth-settings.js';
import { MemoryLimit } from './memory-limit.js';
import {
  type RateLimitAnswer,
  type RateLimitedEndpoint,
  type RateLimitedRequest,
  RateLimiter,
} from './rate-limiter.js';

/** Registrations per address and minute, where the host has no limiter of its own. */
const REGISTRATIONS = 30;

class RegistrationLimiter extends RateLimiter {
  private readonly limit = new MemoryLimit(REGISTRATIONS);

  async consume({ endpoint, address }: RateLimitedRequest): Promise<RateLimitAnswer> {
    return endpoint === 'register' ? this.limit.count(address) : { allowed: true };
  }
}

/** Who asks, and for what. */
interface Asking {
  clientId?: string | null;
  grantType?: string | null;
  /** As the connection or the trusted proxies say; undefined when the connection is gone. */
  address: string | undefined;
}

/** The host's limiter, which is looked up once every module is built. */
@Injectable()
export class HostRateLimiter {
  private limiter: RateLimiter = new RegistrationLimiter();

  constructor(private readonly settings: McpAuthSettings) {}

  use(limiter: RateLimiter): void {
    this.limiter = limiter;
  }

  /** @throws TooManyRequestsError */
  async count(endpoint: RateLimitedEndpoint, asking: Asking): Promise<void> {
    if (this.settings.rateLimit) refuseUnlessAllowed(await this.limiter.consume(describe(endpoint, asking)));
  }

  /** Counts a request when it is refused through its own fault, and only then. @throws TooManyRequestsError */
  async countFailures<T>(
    endpoint: RateLimitedEndpoint,
    asking: Asking,
    answer: () => Promise<T>,
  ): Promise<T> {
    this.peek(endpoint, asking);
    try {
      return await answer();
    } catch (error) {
      if (error instanceof OAuthError && isFault(error)) await this.count(endpoint, asking);
      throw error;
    }
  }

  /** Counts what is refused before a client is proven: as nobody's, so that no client pays for it. @throws TooManyRequestsError */
  async countStrangers<T>(
    endpoint: RateLimitedEndpoint,
    { address }: Asking,
    authenticate: () => Promise<T>,
  ): Promise<T> {
    this.peek(endpoint, { address });
    try {
      return await authenticate();
    } catch (error) {
      if (error instanceof OAuthError && isFault(error)) await this.count(endpoint, { address });
      throw error;
    }
  }

  /** @throws TooManyRequestsError */
  async countRefresh(grantId: string): Promise<void> {
    if (this.settings.rateLimit) refuseUnlessAllowed(await this.limiter.consumeRefresh(grantId));
  }

  private peek(endpoint: RateLimitedEndpoint, asking: Asking): void {
    if (this.settings.rateLimit) refuseUnlessAllowed(this.limiter.peek(describe(endpoint, asking)));
  }
}

function describe(endpoint: RateLimitedEndpoint, asking: Asking): RateLimitedRequest {
  const { clientId = null, grantType = null, address = '' } = asking;
  return { endpoint, clientId, grantType, address: network(address) };
}

/** People whose grants have ended may be many at once. */
function isFault(error: OAuthError): boolean {
  const isNone = [EndedGrantError, TooManyRequestsError].some((kind) => error instanceof kind);
  return error.getStatus() < 500 && !isNone;
}

function refuseUnlessAllowed(answer: RateLimitAnswer): void {
  if (!answer.allowed) throw new TooManyRequestsError(answer.retryAfter);
}
