import { Injectable } from '@nestjs/common';
import type { DeleteQueryBuilder, EntityManager, FindOptionsWhere } from 'typeorm';
import { Clock, McpLogout } from 'nestjs-mcp-auth';
import { SettingsInForce } from '../config/settings-in-force.js';
import { Session } from './entities/session.entity.js';
import { isLiving, LIFETIME_COLUMNS } from './living-sessions.js';

/** Sessions that one statement ends: each statement has its deadline. */
const BATCH = 10_000;

/**
 * Ends sign-in sessions, of which the applications that people signed in to hear (OpenID Connect Back-Channel Logout).
 * Those that are over, and wait to be pruned, go along and do not count: nobody has had them for a while.
 */
@Injectable()
export class SessionEnds {
  constructor(
    private readonly logout: McpLogout,
    private readonly settings: SettingsInForce,
    private readonly clock: Clock,
  ) {}

  /** Those that are found so, in the transaction of `manager`. How many of them lived. */
  async end(which: FindOptionsWhere<Session>, manager: EntityManager): Promise<number> {
    const sessions = manager.getRepository(Session).createQueryBuilder().delete().where(which);
    return this.living(await this.delete(sessions, manager));
  }

  /**
   * All there are, in the transaction of `manager`. How many lived. Whoever signs in meanwhile waits until it ends, and so
   * do those who go on to another page: it is the last thing that it does.
   */
  async endAll(manager: EntityManager): Promise<number> {
    const sessions = manager.getRepository(Session);
    const { schema, tableName } = sessions.metadata;
    // A session that began before this one statement, and was not there yet, would be missed by what follows.
    await manager.query(`LOCK TABLE "${schema}"."${tableName}" IN SHARE ROW EXCLUSIVE MODE`);
    const some = sessions.createQueryBuilder('s').select('s.id').limit(BATCH).getQuery();
    let living = 0;
    for (;;) {
      const ended = await this.delete(
        sessions.createQueryBuilder().delete().where(`"id" IN (${some})`),
        manager,
      );
      living += this.living(ended);
      if (ended.length < BATCH) return living;
    }
  }

  private living(sessions: readonly Session[]): number {
    const now = this.clock.now();
    return sessions.filter((session) => isLiving(session, now, this.settings.current)).length;
  }

  private async delete(sessions: DeleteQueryBuilder<Session>, manager: EntityManager): Promise<Session[]> {
    const { raw } = await sessions.returning(['id', ...LIFETIME_COLUMNS]).execute();
    const ended = raw as Session[];
    await this.logout.signedOut(
      ended.map(({ id }) => id),
      manager,
    );
    return ended;
  }
}
