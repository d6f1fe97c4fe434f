import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import {
  AccountDirectory,
  type AssertedAccount,
  type AssertedPerson,
  Clock,
  type McpAccount,
  type SignedIn,
} from 'nestjs-mcp-auth';
import { PolicyConfig } from '../config/policy-config.js';
import { AssertedPeople } from './providers/asserted-people.js';
import { SignInSessions } from './sign-in-sessions.js';
import { Users } from '../people/users.js';

/** The service's people, as the library asks for them. */
@Injectable()
export class ServiceAccounts extends AccountDirectory {
  constructor(
    private readonly users: Users,
    private readonly sessions: SignInSessions,
    private readonly clock: Clock,
    private readonly config: PolicyConfig,
    private readonly people: AssertedPeople,
  ) {
    super();
  }

  find(accountId: string): Promise<McpAccount | null> {
    return this.users.account({ subject: accountId });
  }

  override async current(request: IncomingMessage): Promise<SignedIn | null> {
    const session = await this.sessions.find(request);
    // Whoever signed in with a provider has their groups from then: when they are old, it is asked again.
    if (session?.issuer && this.isOld(session.authenticatedAt)) return null;
    return session && { accountId: session.user.subject, authenticatedAt: session.authenticatedAt };
  }

  override asserted(person: AssertedPerson): Promise<AssertedAccount | null> {
    return this.people.find(person);
  }

  private isOld(authenticatedAt: Date): boolean {
    return this.clock.now() - authenticatedAt.getTime() > this.config.groupsMaxAge * 1000;
  }
}
