import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  AccountDirectory,
  type AssertedAccount,
  type AssertedPerson,
  Clock,
  type McpAccount,
  type SignedIn,
} from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
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
    private readonly audit: AuditTrail,
  ) {
    super();
  }

  find(accountId: string): Promise<McpAccount | null> {
    return this.users.account({ subject: accountId });
  }

  override async current(request: IncomingMessage): Promise<SignedIn | null> {
    const session = await this.sessions.find(request);
    // Whoever signed in with a provider has their groups from then: when they are old, it is asked again.
    if (session?.issuer && this.isOld(session.createdAt)) return null;
    return (
      session && {
        accountId: session.user.subject,
        authenticatedAt: session.authenticatedAt,
        assumed: session.provedAt === null,
        sid: session.id,
      }
    );
  }

  /** Also where groups are too old to go by: the session is there. */
  override async endSignIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = await this.sessions.find(request);
    await this.sessions.end(request, response);
    if (!session) return;
    const { id: sessionId, userId } = session;
    this.audit.record({ action: 'sign-out', outcome: 'success', userId, detail: { sessionId } });
  }

  override asserted(person: AssertedPerson): Promise<AssertedAccount | null> {
    return this.people.find(person);
  }

  private isOld(signedInAt: Date): boolean {
    return this.clock.now() - signedInAt.getTime() > this.config.groupsMaxAge * 1000;
  }
}
