import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { McpAuthSettings } from '../../src/host/mcp-auth-settings.js';
import { FeedSignal } from '../../src/persistence/feed-signal.js';
import { postgresUrl } from '../support/app.js';
import { within } from '../support/eventually.js';
import { newSchema } from '../support/postgres.js';
import { type DatabaseProxy, proxyTo } from '../support/proxy.js';
import pg from 'pg';

/** Milliseconds: a heartbeat has the deadline of every statement, and then a new connection is made. */
const NOTICED = 25_000;

describe.skipIf(!postgresUrl)('the listener of the revocation feed', () => {
  let proxy: DatabaseProxy;
  let database: pg.Client;
  const schema = newSchema();

  beforeAll(async () => {
    proxy = await proxyTo(postgresUrl ?? '');
    database = new pg.Client({ connectionString: postgresUrl ?? '' });
    await database.connect();
  });
  afterAll(async () => {
    proxy.close();
    await database.end();
  });

  it('notices with its heartbeat that its connection hangs, and listens on a new one', async () => {
    const timers = vi.spyOn(globalThis, 'setInterval');
    const signal = new FeedSignal({ database: { url: proxy.url, schema } } as McpAuthSettings);
    let woken = 0;
    signal.start(() => (woken += 1));
    const wakes = async () => {
      const before = woken;
      await database.query(`SELECT pg_notify('mcp_auth_revocation', $1)`, [schema]);
      await within(2_000, () => woken > before).catch(() => undefined);
      return woken > before;
    };
    await within(15_000, () => timers.mock.calls.length > 0);
    expect(await wakes()).toBe(true);

    proxy.stall();
    expect(await wakes()).toBe(false);
    const [beat, interval] = timers.mock.calls[0] ?? [];
    expect(interval).toBe(15_000);
    beat();
    await within(NOTICED, wakes);
    timers.mockRestore();
    await signal.stop();
  });
});
