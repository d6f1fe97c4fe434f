import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AccountDirectory, Clock, type McpAccount, type SignedIn } from 'nestjs-mcp-auth';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import { SignInSessions } from '../sign-in/sign-in-sessions.js';
import { Users } from './users.js';

/** The service's people, as the library asks for them. */
@Injectable()
export class ServiceAccounts extends AccountDirectory {
  constructor(
    private readonly users: Users,
    private readonly sessions: SignInSessions,
    private readonly clock: Clock,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
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
    // Whoever signed in with a provider has their groups from then: when they are old, it is asked again.
    if (session?.issuer && this.isOld(session.authenticatedAt)) return null;
    return session && { accountId: session.userId, authenticatedAt: session.authenticatedAt };
  }

  private isOld(authenticatedAt: Date): boolean {
    return this.clock.now() - authenticatedAt.getTime() > this.config.policy.groupsMaxAge * 1000;
  }
}
