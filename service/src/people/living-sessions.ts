import { type FindOptionsWhere, MoreThan } from 'typeorm';
import type { Settings } from '../config/settings.js';
import type { Session } from './entities/session.entity.js';

/** Sign-in sessions that are not over. Lifetimes that were shortened hold for those that began before, too. */
export function livingSessions(
  now: number,
  { sessionIdle, sessionMaxAge }: Pick<Settings, 'sessionIdle' | 'sessionMaxAge'>,
): FindOptionsWhere<Session> {
  return {
    expiresAt: after(now),
    endsAt: after(now),
    updatedAt: after(now - sessionIdle * 1000),
    createdAt: after(now - sessionMaxAge * 1000),
  };
}

function after(time: number) {
  return MoreThan(new Date(time));
}
