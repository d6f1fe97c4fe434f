import { Injectable } from '@nestjs/common';
import type { DeleteQueryBuilder, EntityManager, FindOptionsWhere } from 'typeorm';
import { McpLogout } from 'nestjs-mcp-auth';
import { Session } from './entities/session.entity.js';

/** Sessions that one statement ends: each statement has its deadline. */
const BATCH = 10_000;

/** Ends sign-in sessions, of which the applications that people signed in to hear (OpenID Connect Back-Channel Logout). */
@Injectable()
export class SessionEnds {
  constructor(private readonly logout: McpLogout) {}

  /** Those that are found so, in the transaction of `manager`. How many there were. */
  end(which: FindOptionsWhere<Session>, manager: EntityManager): Promise<number> {
    return this.delete(manager.getRepository(Session).createQueryBuilder().delete().where(which), manager);
  }

  /**
   * All there are, in the transaction of `manager`. How many there were. Whoever signs in meanwhile waits until it ends,
   * and so do those who go on to another page: it is the last thing that it does.
   */
  async endAll(manager: EntityManager): Promise<number> {
    const sessions = manager.getRepository(Session);
    const { schema, tableName } = sessions.metadata;
    // A session that began before this one statement, and was not there yet, would be missed by what follows.
    await manager.query(`LOCK TABLE "${schema}"."${tableName}" IN SHARE ROW EXCLUSIVE MODE`);
    const some = sessions.createQueryBuilder('s').select('s.id').limit(BATCH).getQuery();
    let all = 0;
    for (;;) {
      const ended = await this.delete(
        sessions.createQueryBuilder().delete().where(`"id" IN (${some})`),
        manager,
      );
      all += ended;
      if (ended < BATCH) return all;
    }
  }

  private async delete(sessions: DeleteQueryBuilder<Session>, manager: EntityManager): Promise<number> {
    const { raw } = await sessions.returning('"id"').execute();
    const sids = (raw as Pick<Session, 'id'>[]).map(({ id }) => id);
    await this.logout.signedOut(sids, manager);
    return sids.length;
  }
}
