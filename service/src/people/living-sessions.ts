import { type FindOptionsWhere, MoreThan } from 'typeorm';
import type { Settings } from '../config/settings.js';
import type { Session } from './entities/session.entity.js';

/** What says how long a session lives. */
export const LIFETIME_COLUMNS = ['expiresAt', 'endsAt', 'updatedAt', 'createdAt'] as const;
type Lifetime = Pick<Session, (typeof LIFETIME_COLUMNS)[number]>;
type Lifetimes = Pick<Settings, 'sessionIdle' | 'sessionMaxAge'>;

/** Sign-in sessions that are not over. Lifetimes that were shortened hold for those that began before, too. */
export function livingSessions(now: number, settings: Lifetimes): FindOptionsWhere<Session> {
  const since = livingSince(now, settings);
  return Object.fromEntries(LIFETIME_COLUMNS.map((name) => [name, MoreThan(new Date(since[name]))]));
}

/** Whether a session is one of those. */
export function isLiving(session: Lifetime, now: number, settings: Lifetimes): boolean {
  const since = livingSince(now, settings);
  return LIFETIME_COLUMNS.every((name) => session[name].getTime() > since[name]);
}

function livingSince(
  now: number,
  { sessionIdle, sessionMaxAge }: Lifetimes,
): Readonly<Record<keyof Lifetime, number>> {
  return {
    expiresAt: now,
    endsAt: now,
    updatedAt: now - sessionIdle * 1000,
    createdAt: now - sessionMaxAge * 1000,
  };
}
