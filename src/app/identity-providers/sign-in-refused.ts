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
