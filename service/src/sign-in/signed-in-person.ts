import { ForbiddenException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Users } from '../people/users.js';
import type { Session } from './entities/session.entity.js';
import type { User } from '../people/entities/user.entity.js';
import { SignInSessions } from './sign-in-sessions.js';

/** Whose browser a request comes from. */
@Injectable()
export class SignedInPerson {
  constructor(
    private readonly sessions: SignInSessions,
    private readonly users: Users,
  ) {}

  /** Null when nobody is signed in. */
  async find(request: Request): Promise<{ user: User; session: Session } | null> {
    const session = await this.sessions.find(request);
    const user = session && (await this.users.find(session.userId));
    return session && user && user.disabledAt === null ? { user, session } : null;
  }

  /** @throws ForbiddenException when nobody is signed in. */
  async require(request: Request): Promise<{ user: User; session: Session }> {
    const person = await this.find(request);
    if (!person) throw new ForbiddenException('You are not signed in any more. Sign in first.');
    return person;
  }
}
