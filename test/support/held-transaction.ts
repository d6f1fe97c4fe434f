import pg from 'pg';
import { eventually } from './eventually.js';
import { postgresUrl } from './postgres.js';
import type { TestService } from './test-service.js';

const BLOCKED = `
  WITH RECURSIVE blocked AS (
    SELECT pid FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))
    UNION SELECT a.pid FROM blocked b JOIN pg_stat_activity a ON b.pid = ANY (pg_blocking_pids(a.pid))
  )
  SELECT pid FROM blocked`;

/** Somebody else's transaction, in the schema of the service, which waits for the test. */
export class HeldTransaction {
  private constructor(
    private readonly service: TestService,
    private readonly holder: pg.Client,
    private readonly pid: number,
  ) {}

  static async begin(service: TestService): Promise<HeldTransaction> {
    const holder = new pg.Client({ connectionString: postgresUrl ?? '' });
    await holder.connect();
    await holder.query(`SET search_path TO "${service.database.schema}"`);
    await holder.query('BEGIN');
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS "pid"');
    return new HeldTransaction(service, holder, rows[0]?.pid ?? 0);
  }

  async run(text: string, values: unknown[]): Promise<void> {
    await this.holder.query(text, values);
  }

  /** Until so many wait for it, or for somebody who does; housekeeping may be one more. */
  waiting(count: number): Promise<void> {
    return eventually(async () => (await this.service.sql(BLOCKED, [this.pid])).length >= count);
  }

  async commit(): Promise<void> {
    await this.holder.query('COMMIT');
    await this.end();
  }

  async end(): Promise<void> {
    await this.holder.end();
  }
}
