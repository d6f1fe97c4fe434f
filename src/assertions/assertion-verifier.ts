import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { ForeignFetchError } from '../fetching/foreign-fetch.js';
import { Clock } from '../host/clock.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import { ReplayStore } from '../persistence/replay.store.js';
import { type AssertionClaims, readAssertion } from './assertion-claims.js';
import { ProofBudget } from './proof-budget.js';

/** Asymmetric ones alone: whoever may check an assertion must not be able to make one. */
export const ASSERTION_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA', 'Ed25519'];
/** Seconds by which the clock of whoever made an assertion may be off. */
const CLOCK_TOLERANCE = 10;
/** Seconds an assertion may live. */
const LONGEST_LIFE = 300;

/** What an assertion must say. */
export interface ExpectedAssertion {
  issuer: string;
  subject: string;
  audiences: readonly string[];
  /** Media types of the header's `typ`, in lower case and without `application/` (RFC 8725 §3.11); none is taken too. */
  types: readonly string[];
  keys: JWTVerifyGetKey;
  /** Of the request. */
  address?: string;
}

/** Checks a JWT that somebody else has signed, and takes it once (RFC 7523 §3). */
@Injectable()
export class AssertionVerifier {
  constructor(
    private readonly replays: ReplayStore,
    private readonly budget: ProofBudget,
    private readonly clock: Clock,
  ) {}

  /**
   * Its claims; null when it is refused. What costs nothing is looked at first.
   * @throws TemporarilyUnavailableError when the keys are out of reach; it can be presented again then.
   * @throws TooManyRequestsError when too many proofs of the address failed.
   */
  async verify(assertion: string, expected: ExpectedAssertion): Promise<AssertionClaims | null> {
    const claims = readAssertion(assertion);
    if (
      !claims ||
      !this.isFresh(claims) ||
      !isMeant(claims, expected) ||
      !isOfType(assertion, expected.types)
    )
      return null;
    return this.budget.spend(expected.issuer, expected.address, async () => {
      const isGood = (await this.isSigned(assertion, expected)) && (await this.use(claims));
      return isGood ? claims : null;
    });
  }

  private isFresh({ exp, iat, nbf }: AssertionClaims): boolean {
    const now = Math.floor(this.clock.now() / 1000);
    const isCurrent = exp > now - CLOCK_TOLERANCE && exp <= now + LONGEST_LIFE + CLOCK_TOLERANCE;
    const hasBegun = [iat, nbf].every((time) => time === undefined || time <= now + CLOCK_TOLERANCE);
    return isCurrent && hasBegun && (iat === undefined || exp - iat <= LONGEST_LIFE);
  }

  private async isSigned(assertion: string, { keys }: ExpectedAssertion): Promise<boolean> {
    const options = {
      algorithms: ASSERTION_ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(this.clock.now()),
    };
    try {
      await jwtVerify(assertion, keys, options);
      return true;
    } catch (error) {
      if (error instanceof ForeignFetchError && error.isPassing)
        throw new TemporarilyUnavailableError('The keys of the client cannot be reached.', { cause: error });
      // Several keys and no `kid` that tells them apart.
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return false;
      for await (const key of error)
        if (await jwtVerify(assertion, key, options).catch(() => null)) return true;
      return false;
    }
  }

  /** RFC 7523 §3, `jti`: once, on all replicas together. */
  private use({ iss, jti, exp }: AssertionClaims): Promise<boolean> {
    const forgotten = new Date((exp + CLOCK_TOLERANCE + 1) * 1000);
    return this.replays.use(digest(`${iss}\n${jti}`), forgotten);
  }
}

function isMeant({ iss, sub, aud }: AssertionClaims, expected: ExpectedAssertion): boolean {
  return iss === expected.issuer && sub === expected.subject && expected.audiences.includes(aud);
}

/** RFC 8725 §3.11: a token that was made for something else is no assertion. */
function isOfType(assertion: string, types: readonly string[]): boolean {
  try {
    const { typ } = decodeProtectedHeader(assertion);
    if (typ === undefined) return true;
    return typeof typ === 'string' && types.includes(typ.toLowerCase().replace(/^application\//, ''));
  } catch {
    return false;
  }
}
