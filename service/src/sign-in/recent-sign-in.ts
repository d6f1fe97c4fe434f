import { HttpStatus, Injectable } from '@nestjs/common';
import { Clock } from 'nestjs-mcp-auth';
import { RECENT_SIGN_IN } from '../config/recent-sign-in.js';
import { Refusal } from '../web/refusal.js';
import { signInPath } from './destination.js';

/** What ends something, or changes how an account is opened, wants the person themselves, not a browser that was left open. */
@Injectable()
export class RecentSignIn {
  constructor(private readonly clock: Clock) {}

  /**
   * @param page of ours that they come back to.
   * @throws Refusal when the last proof is more than ten minutes old.
   */
  require({ provedAt }: { provedAt: Date | null }, page = '/account'): void {
    if (provedAt && this.clock.now() - provedAt.getTime() <= RECENT_SIGN_IN * 1000) return;
    const reason = provedAt
      ? 'You signed in more than ten minutes ago.'
      : 'You were let in without proving who you are.';
    throw new Refusal(
      HttpStatus.FORBIDDEN,
      `${reason} Sign in again, and then go on: this is for yourself alone, not for a browser that was left open.`,
      { path: signInPath({ page, fresh: true }), text: 'Sign in again' },
    );
  }
}
