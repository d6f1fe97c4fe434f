import { ForbiddenException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Users } from '../people/users.js';
import type { User } from '../people/entities/user.entity.js';
import { SignInSessions } from '../sign-in/sign-in-sessions.js';

/** Who may look at the service, and who may change it. */
@Injectable()
export class Administration {
  constructor(
    private readonly sessions: SignInSessions,
    private readonly users: Users,
  ) {}

  /** The administrator or auditor of this browser. @throws ForbiddenException for anybody else. */
  async viewer(request: Request): Promise<User> {
    const session = await this.sessions.find(request);
    const user = session && (await this.users.find(session.userId));
    if (!user || user.disabledAt !== null || user.role === 'member')
      throw new ForbiddenException('This page is for administrators. Sign in as one first.');
    return user;
  }

  /** The administrator of this browser. @throws ForbiddenException for anybody else. */
  async administrator(request: Request): Promise<User> {
    const user = await this.viewer(request);
    if (user.role !== 'administrator')
      throw new ForbiddenException('You may look at this, and not change it.');
    return user;
  }
}
