import { HttpStatus, Injectable } from '@nestjs/common';
import { Clock } from 'nestjs-mcp-auth';
import { Refusal } from '../web/refusal.js';

/** Seconds. */
const RECENT = 600;

/** What changes how an account is opened wants the person themselves, not a browser that was left open. */
@Injectable()
export class RecentSignIn {
  constructor(private readonly clock: Clock) {}

  /** @throws Refusal when the last proof is more than ten minutes old. */
  require({ authenticatedAt }: { authenticatedAt: Date }): void {
    if (this.clock.now() - authenticatedAt.getTime() > RECENT * 1000)
      throw new Refusal(
        HttpStatus.FORBIDDEN,
        'You signed in more than ten minutes ago. Sign out, sign in again, and then change how your account is opened.',
        { path: '/account', text: 'Your account' },
      );
  }
}
