import { HttpException, HttpStatus, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { network } from 'nestjs-mcp-auth/service-kit';
import { RateLimitConfig } from '../config/rate-limit-config.js';
import { FailureLimit, type FailureLimitOptions } from '../operations/failure-limit.js';
import { LimitStore } from '../operations/limit-store.js';

/** Failed tries in a minute: slow for a guesser, and never a lock-out for good. */
const LIMITS = {
  /** From one address, at accounts that are strange to it: an office may come from one, all at nine o'clock. */
  address: { points: 60, duration: 60, together: 600 },
  /** At one account, from one address that is strange to it. */
  stranger: { points: 10, duration: 60 },
  /** At one account, from wherever it is strange to it. */
  strangers: { points: 20, duration: 60 },
  /** At one account, from a browser that its owner has signed in with, or is signed in with. */
  browser: { points: 10, duration: 60 },
  /** From a browser that its owner has signed in with; it is a strange one then. */
  owner: { points: 20, duration: 3_600 },
  /** From one sign-in session, as long as it can last; it ends then. */
  session: { points: 20, duration: 86_400 },
} satisfies Record<string, FailureLimitOptions>;

type LimitName = keyof typeof LIMITS;

/** Who tries to sign in. */
export interface Attempt {
  email: string;
  address: string;
  /** The browser that the owner of the account has signed in with before; null for a strange one. */
  browser: string | null;
  /** The account that they are signed in as already, and the session; by default none. */
  signedIn?: { account: string; session: string };
}

/** Whoever sits at this sign-in session has guessed for as often as one may: it must end. */
export class SessionSpent extends Error {}

/** Too many tries: how many seconds to wait. */
export class TooManyTries extends HttpException {
  constructor(readonly retryAfter: number) {
    super(
      `There were too many tries. Wait ${retryAfter} seconds and try again.`,
      HttpStatus.TOO_MANY_REQUESTS,
    );
  }
}

/**
 * Slows down guessing, over all replicas. Who guesses at one account from everywhere uses up what strangers have, and
 * nothing of what the browsers of its owner have.
 */
@Injectable()
export class SignInThrottle {
  private readonly limits: Readonly<Record<LimitName, FailureLimit>>;

  constructor(
    store: LimitStore,
    private readonly config: RateLimitConfig,
  ) {
    const limit = (name: LimitName) =>
      new FailureLimit(store.limiter(`sign-in:${name}`, LIMITS[name]), LIMITS[name]);
    this.limits = {
      address: limit('address'),
      stranger: limit('stranger'),
      strangers: limit('strangers'),
      browser: limit('browser'),
      owner: limit('owner'),
      session: limit('session'),
    };
  }

  /**
   * Runs a check, whose answer null or false is a failure.
   * @throws TooManyTries when there were too many.
   * @throws SessionSpent when the session that they are signed in with must end.
   */
  async attempt<Answer>(attempt: Attempt, check: () => Promise<Answer>): Promise<Answer> {
    if (!this.config.enabled) return check();
    const begun: [LimitName, string][] = [];
    const settle = async (failed?: boolean) => {
      const used: LimitName[] = [];
      for (const [name, key] of begun) if (await this.limits[name].settle(key, failed)) used.push(name);
      return used;
    };
    let answer: Answer;
    try {
      for (const [name, key] of keysOf(attempt)) {
        const wait = await this.limits[name].begin(key);
        if (wait > 0) {
          if (name === 'session') throw new SessionSpent();
          // It comes first: nothing has begun.
          if (name === 'owner') return await this.attempt({ ...attempt, browser: null }, check);
          throw new TooManyTries(wait);
        }
        begun.push([name, key]);
      }
      answer = await check();
    } catch (error) {
      await settle();
      throw error;
    }
    const used = await settle(answer === null || answer === false);
    if (used.includes('session')) throw new SessionSpent();
    return answer;
  }
}

/** Who is known already has a count of their own: what others do at their address, or to their account, is not theirs. */
function keysOf({ email, address, browser, signedIn }: Attempt): [LimitName, string][] {
  if (signedIn !== undefined)
    return [
      ['session', digest(signedIn.session)],
      ['browser', digest(`signed in\n${signedIn.account}`)],
    ];
  if (browser !== null) {
    const key = digest(`${email}\n${browser}`);
    return [
      ['owner', key],
      ['browser', key],
    ];
  }
  const from = network(address);
  return [
    ['address', digest(from)],
    ['stranger', digest(`${email}\n${from}`)],
    ['strangers', digest(email)],
  ];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
