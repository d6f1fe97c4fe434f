import { ConflictException } from '@nestjs/common';

/** A change does not go with how things are; the message is for the person, and nothing was changed. */
export class ChangeRefused extends ConflictException {}
