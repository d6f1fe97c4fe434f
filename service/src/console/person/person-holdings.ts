import { Injectable } from '@nestjs/common';
import { Clock } from 'nestjs-mcp-auth';
import { type CatalogGrant, GrantCatalog } from 'nestjs-mcp-auth/service-kit';
import type { Session } from '../../people/entities/session.entity.js';
import { Invitations } from '../../people/invitations.js';
import { OpenSessions } from '../../people/open-sessions.js';
import type { Person } from '../../people/people.js';

/** Connections, and sessions, that the page of a person shows. */
const MOST_SHOWN = 20;

/** What an account has that ends with it. */
export interface Holdings {
  sessions: readonly Session[];
  /** How many connections there are, also of applications that assertions or devices brought. */
  grants: number;
  /** When they were counted. */
  at: Date;
  /** Open ones that the person has made. */
  invitations: number;
}

/** What the page of a person shows of it. */
export interface ShownHoldings extends Pick<Holdings, 'sessions'> {
  /** How many sessions there are, the shown ones among them. */
  sessionCount: number;
  /** The connections that were used last. */
  latest: readonly CatalogGrant[];
  /** Whether there are others. */
  hasMore: boolean;
}

@Injectable()
export class PersonHoldings {
  constructor(
    private readonly sessions: OpenSessions,
    private readonly grants: GrantCatalog,
    private readonly invitations: Invitations,
    private readonly clock: Clock,
  ) {}

  async of({ user }: Person): Promise<Holdings> {
    const own = { userIds: [user.subject] };
    const at = new Date(this.clock.now());
    const [sessions, { grants }, invitations] = await Promise.all([
      this.sessions.ofUser(user.id),
      this.grants.count(own),
      user.role === 'administrator' ? this.invitations.count(user.id) : 0,
    ]);
    return { sessions, grants, at, invitations };
  }

  /** Without counting, in two statements. */
  async shown({ user }: Person): Promise<ShownHoldings> {
    const [sessions, found] = await Promise.all([
      this.sessions.ofUser(user.id),
      this.grants.page({ userIds: [user.subject] }, { descending: true, limit: MOST_SHOWN + 1 }),
    ]);
    return {
      sessions: sessions.slice(0, MOST_SHOWN),
      sessionCount: sessions.length,
      latest: found.slice(0, MOST_SHOWN),
      hasMore: found.length > MOST_SHOWN,
    };
  }
}
