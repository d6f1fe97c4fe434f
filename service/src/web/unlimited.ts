import { SetMetadata } from '@nestjs/common';

export const UNLIMITED = 'unlimited';

/** On what says no to everybody at first, and asks for nothing that could be guessed: a challenge is the way in. */
export const Unlimited = () => SetMetadata(UNLIMITED, true);
