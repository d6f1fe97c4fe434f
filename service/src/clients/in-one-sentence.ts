import type { HttpStatus } from '@nestjs/common';
import { Refusal } from '../web/refusal.js';

/** Complaints of the library that a person can read. */
export function isSentence(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error;
}

/** Refuses with the library's complaint about what somebody wants. */
export function inOneSentence(work: () => unknown, status: HttpStatus): void {
  try {
    work();
  } catch (error) {
    throw isSentence(error) ? new Refusal(status, error.message) : error;
  }
}
