import { Injectable } from '@nestjs/common';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { McpLogout } from 'nestjs-mcp-auth';
import { Session } from './entities/session.entity.js';

/** Ends sign-in sessions, of which the applications that people signed in to hear (OpenID Connect Back-Channel Logout). */
@Injectable()
export class SessionEnds {
  constructor(private readonly logout: McpLogout) {}

  /** Those that are found so, in the transaction of `manager`. How many there were. */
  async end(which: FindOptionsWhere<Session>, manager: EntityManager): Promise<number> {
    const { raw } = await manager
      .getRepository(Session)
      .createQueryBuilder()
      .delete()
      .where(which)
      .returning('"id"')
      .execute();
    const sids = (raw as Pick<Session, 'id'>[]).map(({ id }) => id);
    await this.logout.signedOut(sids, manager);
    return sids.length;
  }
}
