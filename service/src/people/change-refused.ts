import { HttpStatus } from '@nestjs/common';
import { Problem } from '../web/problem.js';
import type { PageLink } from '../web/refusal.js';

/** A change does not go with how things are; the message is for the person, and nothing was changed. */
export class ChangeRefused extends Problem {
  /**
   * @param members what programs are told besides (RFC 9457 §3.2).
   * @param link where a person goes on. Default: the start page.
   */
  constructor(sentence: string, members: Readonly<Record<string, unknown>> = {}, link?: PageLink) {
    super(HttpStatus.CONFLICT, sentence, members, {}, link);
  }
}
