import { HttpException, type HttpExceptionOptions, type HttpStatus } from '@nestjs/common';

/** A page of this service to go on to. */
export interface PageLink {
  /** Within the service, such as `/account`. */
  path: string;
  text: string;
}

export const TO_START: PageLink = { path: '/', text: 'Go to the start page' };
export const TO_SIGN_IN: PageLink = { path: '/sign-in', text: 'Sign in' };

/** Tells a person why something is not done, and where to go on; no other exception's words are shown. */
export class Refusal extends HttpException {
  /** @param link default: the start page. */
  constructor(
    status: HttpStatus,
    sentence: string,
    readonly link: PageLink = TO_START,
    options?: HttpExceptionOptions,
  ) {
    super(sentence, status, options);
  }
}
