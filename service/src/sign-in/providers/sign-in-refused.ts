import { HttpException, HttpStatus } from '@nestjs/common';

export interface RefusedSignIn {
  /** The authorization under way that the person can go on with. */
  interaction?: string;
  /** The page that they wanted. */
  page?: string;
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

/** The provider, or what it keeps its groups in, does not answer. */
export function providerAway(name: string, cause: unknown): SignInRefused {
  const message = `${name} cannot be reached at the moment. Try again in a minute.`;
  return new SignInRefused(message, HttpStatus.SERVICE_UNAVAILABLE, undefined, { cause });
}
