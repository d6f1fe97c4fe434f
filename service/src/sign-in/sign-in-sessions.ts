import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DataSource } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { linkHash, newLinkToken } from '../people/link-token.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { PublicAddress } from '../config/public-address.js';
import { SettingsInForce } from '../config/settings-in-force.js';
import { livingSessions } from '../people/living-sessions.js';
import { SessionEnds } from '../people/session-ends.js';
import { Session } from '../people/entities/session.entity.js';
import { User } from '../people/entities/user.entity.js';
import { ServiceMetrics } from '../operations/service-metrics.js';
import { ServiceCookie } from '../web/cookies.js';
import { Refusal, TO_SIGN_IN } from '../web/refusal.js';
import type { Viewer } from '../web/viewer.js';

/** Seconds between two notes of a session's use. */
const TOUCH_INTERVAL = 60;
const LONGEST_USER_AGENT = 300;
/** Sessions of one person; whoever signs in once more ends the one that was not used for the longest time. */
const MOST = 100;

export interface NewSession extends Pick<Session, 'userId' | 'issuer'> {
  /** Of the user as their password was checked; undefined when they proved who they are in another way. */
  passwordChangedAt?: Date | null;
  /** When they proved who they are; null where a provider does not say. Default: now. */
  provedAt?: Date | null;
}

/** A session, and the person. */
export type OpenSession = Session & { user: User };

/** Sign-in sessions, which live as long as the settings say; a hundred of one person, a new id at every sign-in. */
@Injectable()
export class SignInSessions {
  private readonly cookie: ServiceCookie;
  private readonly insertion: string;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly ends: SessionEnds,
    private readonly audit: AuditTrail,
    private readonly metrics: ServiceMetrics,
    private readonly settings: SettingsInForce,
    address: PublicAddress,
  ) {
    this.cookie = new ServiceCookie('mcp_auth_session', address);
    const [user, session] = [User, Session].map((entity) => {
      const { schema, tableName } = dataSource.getRepository(entity).metadata;
      return `"${schema}"."${tableName}"`;
    });
    // Whoever disables the account or changes the password holds the user's row: one of the two sees the other.
    this.insertion = `
      WITH person AS (
        UPDATE ${user} SET "lastSignInAt" = $1
        WHERE "id" = $2 AND "disabledAt" IS NULL AND ($3::boolean OR "passwordChangedAt" IS NOT DISTINCT FROM $4)
        RETURNING "id", "subject"
      ), ended AS (
        DELETE FROM ${session} WHERE EXISTS (SELECT 1 FROM person) AND (
          "expiresAt" < $1 OR "token" = $12 OR "id" IN (
            SELECT "id" FROM ${session} WHERE "userId" = $2 ORDER BY "updatedAt" DESC, "id" OFFSET ${MOST - 1}
          )
        )
      )
      INSERT INTO ${session} ("id", "token", "userId", "issuer", "ipAddress", "userAgent", "createdAt", "updatedAt",
        "authenticatedAt", "provedAt", "expiresAt", "endsAt")
      SELECT $5::uuid, $6, person."id", $7, $8, $9, $1, $1, COALESCE($13::timestamptz, $1), $13::timestamptz,
        $10::timestamptz, $11::timestamptz FROM person
      RETURNING (SELECT "subject" FROM person) AS "subject"`;
  }

  /**
   * Begins a session for a person who has just proved who they are, ends the browser's previous one and what is beyond a
   * person's hundred, and forgets those of everybody that are over: in one statement. The person's subject.
   * @throws Refusal when the account is disabled, or the password that was used has been replaced meanwhile.
   */
  async begin(
    { userId, issuer, passwordChangedAt, provedAt }: NewSession,
    request: IncomingMessage & { ip?: string },
    response: ServerResponse,
  ): Promise<string> {
    const now = this.clock.now();
    const { sessionIdle, sessionMaxAge } = this.settings.current;
    const token = newLinkToken();
    const [begun] = await this.dataSource.query<Pick<User, 'subject'>[]>(this.insertion, [
      new Date(now),
      userId,
      passwordChangedAt === undefined,
      passwordChangedAt ?? null,
      randomUUID(),
      linkHash(token),
      issuer,
      request.ip ?? null,
      request.headers['user-agent']?.slice(0, LONGEST_USER_AGENT) ?? null,
      new Date(now + sessionIdle * 1000),
      new Date(now + sessionMaxAge * 1000),
      this.hash(request),
      provedAt === undefined ? new Date(now) : provedAt,
    ]);
    const method = issuer ?? 'password';
    if (!begun) {
      const reason = 'Your account was changed while you signed in. Sign in again.';
      this.audit.record({ action: 'sign-in', outcome: 'refused', userId, detail: { method, reason } });
      throw new Refusal(HttpStatus.FORBIDDEN, reason, TO_SIGN_IN);
    }
    this.cookie.write(response, token, sessionMaxAge);
    this.audit.record({ action: 'sign-in', outcome: 'success', userId, detail: { method } });
    this.metrics.signInEnded(issuer === null ? 'password' : 'sso', 'succeeded');
    return begun.subject;
  }

  /** The living session of a browser, and whose it is; null without one. */
  async find(request: IncomingMessage): Promise<OpenSession | null> {
    const token = this.hash(request);
    if (token === null) return null;
    const now = this.clock.now();
    const session = (await this.sessions
      .createQueryBuilder('session')
      .innerJoinAndMapOne('session.user', User, 'user', 'user.id = session.userId')
      .where({ token, ...livingSessions(now, this.settings.current) })
      .getOne()) as OpenSession | null;
    if (session && now - session.updatedAt.getTime() >= TOUCH_INTERVAL * 1000)
      await this.sessions.update(session.id, {
        updatedAt: new Date(now),
        expiresAt: new Date(now + this.settings.current.sessionIdle * 1000),
      });
    return session;
  }

  /** Who looks; null when nobody is signed in in this browser, or their account is disabled. */
  async viewer(request: IncomingMessage): Promise<Viewer | null> {
    const session = await this.find(request);
    if (!session || session.user.disabledAt !== null) return null;
    const { id, subject, name, email, role } = session.user;
    const { id: sessionId, provedAt } = session;
    return { id, subject, name, email, role, sessionId, provedAt };
  }

  /** Another cookie for a session that goes on: what is stored of it, and what gives it to the browser after that. */
  anotherCookie(): { token: string; give(response: ServerResponse): void } {
    const value = newLinkToken();
    const { sessionMaxAge } = this.settings.current;
    return { token: linkHash(value), give: (response) => this.cookie.write(response, value, sessionMaxAge) };
  }

  /** Ends the browser's session. */
  async end(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = this.hash(request);
    this.cookie.write(response, '', 0);
    if (token !== null) await this.dataSource.transaction((manager) => this.ends.end({ token }, manager));
  }

  /** Of the browser's session, as it is stored; null without one. */
  private hash(request: IncomingMessage): string | null {
    const token = this.cookie.read(request);
    return token === undefined ? null : linkHash(token);
  }

  private get sessions() {
    return this.dataSource.getRepository(Session);
  }
}
