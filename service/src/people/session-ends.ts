import { Injectable } from '@nestjs/common';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { Clock, McpLogout } from 'nestjs-mcp-auth';
import { SettingsInForce } from '../config/settings-in-force.js';
import { Session } from './entities/session.entity.js';
import { isLiving, LIFETIME_COLUMNS } from './living-sessions.js';

/** Ends sign-in sessions, of which the applications that people signed in to hear (OpenID Connect Back-Channel Logout). */
@Injectable()
export class SessionEnds {
  constructor(
    private readonly logout: McpLogout,
    private readonly settings: SettingsInForce,
    private readonly clock: Clock,
  ) {}

  /**
   * Those that are found so, in the transaction of `manager`. How many of them lived: those that are over, and wait to be
   * pruned, nobody has had for a while.
   */
  async end(which: FindOptionsWhere<Session>, manager: EntityManager): Promise<number> {
    const { raw } = await manager
      .getRepository(Session)
      .createQueryBuilder()
      .delete()
      .where(which)
      .returning(['id', ...LIFETIME_COLUMNS])
      .execute();
    const ended = raw as Session[];
    await this.logout.signedOut(
      ended.map(({ id }) => id),
      manager,
    );
    const now = this.clock.now();
    return ended.filter((session) => isLiving(session, now, this.settings.current)).length;
  }
}
