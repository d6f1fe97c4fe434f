import { Injectable } from '@nestjs/common';
import type { JWTVerifyGetKey } from 'jose';
import { JWKSMultipleMatchingKeys } from 'jose/errors';
import { jwtVerify } from 'jose/jwt/verify';
import { ForeignFetchError } from '../fetching/foreign-fetch.js';
import { Clock } from '../host/clock.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import { ReplayStore, type SingleUse } from '../persistence/replay.store.js';
import { type AssertionClaims, assertionType, readAssertion } from './assertion-claims.js';
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
  /** Undefined for any. */
  subject?: string;
  audiences: readonly string[];
  /** Media types of the header's `typ`, in lower case and without `application/` (RFC 8725 §3.11); none is taken too. */
  types: readonly string[];
  keys: JWTVerifyGetKey;
  /** Seconds it may live. Default 300. */
  longestLife?: number;
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
  verify(assertion: string, expected: ExpectedAssertion): Promise<AssertionClaims | null> {
    return this.examine(assertion, expected, (claims) => {
      const { hash, forgottenAt } = singleUse(claims);
      return this.replays.use(hash, forgottenAt);
    });
  }

  /** The same, and it can be presented again: whoever issues something for it takes it once, with `singleUse`. */
  check(assertion: string, expected: ExpectedAssertion): Promise<AssertionClaims | null> {
    return this.examine(assertion, expected, async () => true);
  }

  private async examine(
    assertion: string,
    expected: ExpectedAssertion,
    isUsable: (claims: AssertionClaims) => Promise<boolean>,
  ): Promise<AssertionClaims | null> {
    const claims = readAssertion(assertion);
    const type = assertionType(assertion);
    if (!claims || !this.isFresh(claims, expected.longestLife ?? LONGEST_LIFE)) return null;
    if (!isMeant(claims, expected) || (type !== null && !expected.types.includes(type))) return null;
    return this.budget.spend(expected.issuer, expected.address, async () => {
      const isGood = (await this.isSigned(assertion, expected)) && (await isUsable(claims));
      return isGood ? claims : null;
    });
  }

  private isFresh({ exp, iat, nbf }: AssertionClaims, longestLife: number): boolean {
    const now = Math.floor(this.clock.now() / 1000);
    const isCurrent = exp > now - CLOCK_TOLERANCE && exp <= now + longestLife + CLOCK_TOLERANCE;
    const hasBegun = [iat, nbf].every((time) => time === undefined || time <= now + CLOCK_TOLERANCE);
    return isCurrent && hasBegun && (iat === undefined || exp - iat <= longestLife);
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
        throw new TemporarilyUnavailableError('The keys of the assertion cannot be reached.', {
          cause: error,
        });
      // Several keys and no `kid` that tells them apart.
      if (!(error instanceof JWKSMultipleMatchingKeys)) return false;
      for await (const key of error)
        if (await jwtVerify(assertion, key, options).catch(() => null)) return true;
      return false;
    }
  }
}

/** RFC 7523 §3, `jti`: what is remembered of an assertion, on all replicas together, so that it is taken once. */
export function singleUse({ iss, jti, exp }: AssertionClaims): SingleUse {
  return { hash: digest(`${iss}\n${jti}`), forgottenAt: new Date((exp + CLOCK_TOLERANCE + 1) * 1000) };
}

function isMeant({ iss, sub, aud }: AssertionClaims, expected: ExpectedAssertion): boolean {
  const isSubject = expected.subject === undefined || sub === expected.subject;
  return iss === expected.issuer && isSubject && expected.audiences.includes(aud);
}
