import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AccountDirectory, type McpAccount, type SignedIn } from '../../index.js';
import { SignInSessions } from '../sign-in/sign-in-sessions.js';
import { Users } from './users.js';

/** The service's people, as the library asks for them. */
@Injectable()
export class ServiceAccounts extends AccountDirectory {
  constructor(
    private readonly users: Users,
    private readonly sessions: SignInSessions,
  ) {
    super();
  }

  async find(accountId: string): Promise<McpAccount | null> {
    const user = await this.users.find(accountId);
    if (!user) return null;
    const { id, name, email, emailVerified, image, disabledAt, groups, groupsReadAt } = user;
    return {
      id,
      name,
      email,
      emailVerified,
      groups,
      picture: image ?? undefined,
      groupsReadAt: groupsReadAt ?? undefined,
      disabled: disabledAt !== null,
    };
  }

  override async current(request: IncomingMessage): Promise<SignedIn | null> {
    const session = await this.sessions.find(request);
    return session && { accountId: session.userId, authenticatedAt: session.authenticatedAt };
  }
}
