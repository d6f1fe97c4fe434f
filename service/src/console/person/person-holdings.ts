import { Injectable } from '@nestjs/common';
import { type CatalogGrant, GrantCatalog } from 'nestjs-mcp-auth/service-kit';
import type { Session } from '../../people/entities/session.entity.js';
import { Invitations } from '../../people/invitations.js';
import { OpenSessions } from '../../people/open-sessions.js';
import type { Person } from '../../people/people.js';

/** Connections that the page of a person shows. */
const MOST_SHOWN = 20;

/** What an account has that ends with it. */
export interface Holdings {
  sessions: readonly Session[];
  /** How many connections there are, also of applications that assertions or devices brought. */
  grants: number;
  /** Those that were used last. */
  latest: readonly CatalogGrant[];
  /** Open ones that the person has made. */
  invitations: number;
}

@Injectable()
export class PersonHoldings {
  constructor(
    private readonly sessions: OpenSessions,
    private readonly grants: GrantCatalog,
    private readonly invitations: Invitations,
  ) {}

  async of({ user }: Person): Promise<Holdings> {
    const own = { userIds: [user.subject] };
    const [sessions, { grants }, latest, invitations] = await Promise.all([
      this.sessions.ofUser(user.id),
      this.grants.count(own),
      this.grants.page(own, { descending: true, limit: MOST_SHOWN }),
      user.role === 'administrator' ? this.invitations.count(user.id) : 0,
    ]);
    return { sessions, grants, latest, invitations };
  }
}
