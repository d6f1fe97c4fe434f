import { HttpStatus } from '@nestjs/common';
import { Refusal } from '../web/refusal.js';

/** A change does not go with how things are; the message is for the person, and nothing was changed. */
export class ChangeRefused extends Refusal {
  constructor(sentence: string) {
    super(HttpStatus.CONFLICT, sentence);
  }
}
