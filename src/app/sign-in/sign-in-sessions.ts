import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DataSource, LessThan, MoreThan } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from '../../index.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import type { ServiceConfig } from '../config/service-config.js';
import { Session } from '../entities/session.entity.js';
import { ServiceCookie } from './cookies.js';

/** Seconds. */
const IDLE = 8 * 3_600;
const ABSOLUTE = 24 * 3_600;
/** Seconds between two notes of a session's use. */
const TOUCH_INTERVAL = 60;
const LONGEST_USER_AGENT = 300;

const digest = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Sign-in sessions: 8 hours without use, 24 hours in all; a new id at every sign-in. */
@Injectable()
export class SignInSessions {
  private readonly cookie: ServiceCookie;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(SERVICE_CONFIG) { issuer }: ServiceConfig,
  ) {
    this.cookie = new ServiceCookie('mcp_auth_session', issuer.startsWith('https:'));
  }

  /** Begins a session for a person who has just proved who they are, and ends the browser's previous one. */
  async begin(
    { userId, issuer }: Pick<Session, 'userId' | 'issuer'>,
    request: IncomingMessage & { ip?: string },
    response: ServerResponse,
  ): Promise<void> {
    const now = this.clock.now();
    const token = randomBytes(32).toString('base64url');
    await this.end(request);
    await this.sessions.insert({
      id: randomUUID(),
      token: digest(token),
      userId,
      issuer,
      ipAddress: request.ip ?? null,
      userAgent: request.headers['user-agent']?.slice(0, LONGEST_USER_AGENT) ?? null,
      createdAt: new Date(now),
      updatedAt: new Date(now),
      authenticatedAt: new Date(now),
      expiresAt: new Date(now + IDLE * 1000),
      endsAt: new Date(now + ABSOLUTE * 1000),
    });
    this.cookie.write(response, token, ABSOLUTE);
  }

  /** The living session of a browser; null without one. */
  async find(request: IncomingMessage): Promise<Session | null> {
    const token = this.cookie.read(request);
    if (token === undefined) return null;
    const now = new Date(this.clock.now());
    const session = await this.sessions.findOneBy({
      token: digest(token),
      expiresAt: MoreThan(now),
      endsAt: MoreThan(now),
    });
    if (session && now.getTime() - session.updatedAt.getTime() >= TOUCH_INTERVAL * 1000)
      await this.sessions.update(session.id, {
        updatedAt: now,
        expiresAt: new Date(now.getTime() + IDLE * 1000),
      });
    return session;
  }

  /** Ends the browser's session, and forgets those of everybody that are over. */
  async end(request: IncomingMessage, response?: ServerResponse): Promise<void> {
    const token = this.cookie.read(request);
    if (response) this.cookie.write(response, '', 0);
    const over = { expiresAt: LessThan(new Date(this.clock.now())) };
    await this.sessions
      .createQueryBuilder()
      .delete()
      .where(token === undefined ? [over] : [over, { token: digest(token) }])
      .execute();
  }

  private get sessions() {
    return this.dataSource.getRepository(Session);
  }
}
