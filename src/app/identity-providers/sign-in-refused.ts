import { HttpException, HttpStatus } from '@nestjs/common';

/** Signing in with a provider ended without a session; the message is for the person. */
export class SignInRefused extends HttpException {
  constructor(
    message: string,
    status: HttpStatus = HttpStatus.FORBIDDEN,
    /** Where the person can go on. */
    readonly interaction?: string,
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
