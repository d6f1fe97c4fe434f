import type { HttpStatus } from '@nestjs/common';
import { type PageLink, Refusal } from './refusal.js';

/** A refusal that says more to a program: members of its own of a problem details object (RFC 9457 §3.2). */
export class Problem extends Refusal {
  constructor(
    status: HttpStatus,
    sentence: string,
    readonly members: Readonly<Record<string, unknown>>,
    readonly headers: Readonly<Record<string, string>> = {},
    link?: PageLink,
  ) {
    super(status, sentence, link);
  }
}
