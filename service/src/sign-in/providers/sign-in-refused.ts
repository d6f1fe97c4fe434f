import { HttpException, HttpStatus } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';

export const DISABLED = 'Your account is disabled. Ask an administrator.';
export const SIGNED_OUT = 'You are not signed in any more. Sign in first.';
const UNIQUE_VIOLATION = '23505';

export interface RefusedSignIn {
  /** The authorization under way that the person can go on with. */
  interaction?: string;
  /** The page that they wanted. */
  page?: string;
  /** They were to prove who they are. */
  fresh?: boolean;
  /** The token of the invitation that they came with. */
  invitation?: string;
  /** The user who would have added an identity to their account. */
  linkTo?: string;
  /** The administrator who tests the provider. */
  testedBy?: string;
  /** Who they are, once the provider has said so; for the audit. */
  identity?: { issuer: string; subject: string; email: string | null };
}

/** Signing in with a provider ended without a session; the message is for the person. */
export class SignInRefused extends HttpException {
  constructor(
    message: string,
    status: HttpStatus = HttpStatus.FORBIDDEN,
    readonly about: RefusedSignIn = {},
    options?: ErrorOptions,
  ) {
    super(message, status, options);
  }
}

/** Two browsers of one person may come at once: the second finds the row of the first. @throws SignInRefused */
export async function atOnce<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof QueryFailedError) || (error as { code?: string }).code !== UNIQUE_VIOLATION)
      throw error;
    throw new SignInRefused('You are signing in twice at once. Try again.', HttpStatus.CONFLICT, undefined, {
      cause: error,
    });
  }
}

/** The provider, or what it keeps its groups in, does not answer. */
export function providerAway(name: string, cause: unknown): SignInRefused {
  const message = `${name} cannot be reached at the moment. Try again in a minute.`;
  return new SignInRefused(message, HttpStatus.SERVICE_UNAVAILABLE, undefined, { cause });
}

/** No answer in time, or none at all, or one of a provider in trouble. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, cause } = error;
  const status = cause instanceof Response ? cause.status : 0;
  return (
    status >= 500 ||
    error instanceof TypeError ||
    /Timeout|Abort/.test(name) ||
    (cause !== undefined && isAway(cause))
  );
}

/** An error by its code (RFC 6749 §5.2), and what a provider says of it: a stranger's words, which no log may have. */
export function answered(code: string | null, description: string | null = null): Error {
  const named = code !== null && /^[a-z_]{1,60}$/.test(code) ? code : 'an error without a proper code';
  return new Error(`It answered ${named}`, {
    cause: description === null ? undefined : new Error(description),
  });
}

/** Every cause of a cause, without what a provider answered. */
export function chain(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = chain(error.cause);
  return cause === '' ? error.message : `${error.message.replace(/\.$/, '')}: ${cause}`;
}
